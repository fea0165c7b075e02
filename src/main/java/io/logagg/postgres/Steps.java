package io.logagg.postgres;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/**
 * Does many steps, one after the other. Futures that are composed by recursion are nested, and some
 * thousands of them overflow the stack when the last one is done: so whatever takes as many steps
 * as there are records goes through here.
 */
public final class Steps {
  private final Supplier<Future<Boolean>> step;
  private final Promise<Void> promise = Promise.promise();

  private Steps(Supplier<Future<Boolean>> step) {
    this.step = step;
  }

  /**
   * Does the step again and again.
   *
   * @param step answers whether there is more to do; a failure, thrown or answered, is the end
   */
  public static Future<Void> whileMore(Supplier<Future<Boolean>> step) {
    Steps steps = new Steps(step);
    steps.goOn();
    return steps.promise.future();
  }

  private void goOn() {
    boolean more = true;
    while (more) {
      Future<Boolean> done = Future.succeededFuture().compose(go -> step.get());
      if (!done.isComplete()) {
        done.onComplete(
            later -> {
              if (hasMore(done)) {
                goOn();
              }
            });
        return;
      }
      more = hasMore(done);
    }
  }

  /** Says so if it was the end. */
  private boolean hasMore(Future<Boolean> done) {
    if (done.failed()) {
      promise.fail(done.cause());
      return false;
    }
    if (!done.result()) {
      promise.complete();
      return false;
    }
    return true;
  }
}
