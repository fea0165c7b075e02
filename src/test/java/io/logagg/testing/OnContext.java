package io.logagg.testing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** One event loop's context, for what must be used on the context that it belongs to. */
public final class OnContext {
  private final Context context;

  public OnContext(Vertx vertx) {
    this.context = vertx.getOrCreateContext();
  }

  /** Does it there, and waits for what comes of it. */
  public <T> T await(Supplier<Future<T>> action) {
    return TestServers.await(start(action));
  }

  /** Does it there; the future may be looked at anywhere. */
  public <T> Future<T> start(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        now -> Future.<Void>succeededFuture().compose(done -> action.get()).onComplete(promise));
    return promise.future();
  }

  /** The value that it gives there. */
  public <T> T get(Supplier<T> action) {
    return await(() -> Future.succeededFuture(action.get()));
  }
}
