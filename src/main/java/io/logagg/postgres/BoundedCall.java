package io.logagg.postgres;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One use of a pooled connection: until it is done, takes too long, or its caller goes away. In the
 * latter two cases what PostgreSQL is doing is cancelled. Used once.
 */
final class BoundedCall<T> {
  private static final Logger LOG = LoggerFactory.getLogger(BoundedCall.class);

  private final Vertx vertx;
  private final SqlConnection connection;
  private final long limitMs;
  private final Abandonment abandonment;
  private final Runnable onGivenBack;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Promise<T> promise = Promise.promise();
  private final Promise<Void> cancelled = Promise.promise();

  /**
   * For one call.
   *
   * @param onGivenBack is run once the connection is of no more use to it
   */
  BoundedCall(
      Vertx vertx,
      SqlConnection connection,
      long limitMs,
      Abandonment abandonment,
      Runnable onGivenBack) {
    this.vertx = vertx;
    this.connection = connection;
    this.limitMs = limitMs;
    this.abandonment = abandonment;
    this.onGivenBack = onGivenBack;
  }

  Future<T> run(Function<SqlConnection, Future<T>> work) {
    Runnable onAbandoned = this::abandoned;
    if (!abandonment.add(onAbandoned)) {
      giveBack();
      return Future.failedFuture(new AbandonedException());
    }
    long timer = vertx.setTimer(limitMs, id -> stop(new StatementTimeoutException(limitMs)));
    apply(work)
        .onComplete(
            result -> {
              vertx.cancelTimer(timer);
              abandonment.remove(onAbandoned);
              done(result);
            });
    return promise.future();
  }

  private Future<T> apply(Function<SqlConnection, Future<T>> work) {
    try {
      return work.apply(connection);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void stop(RuntimeException why) {
    if (over.compareAndSet(false, true)) {
      promise.tryFail(why);
      PgConnection.cast(connection)
          .cancelRequest()
          .onFailure(e -> LOG.warn("cancelling a statement: {}", e.getMessage()))
          .onComplete(cancelled);
    }
  }

  private void abandoned() {
    stop(new AbandonedException());
  }

  private void done(AsyncResult<T> result) {
    if (over.compareAndSet(false, true)) {
      cancelled.complete();
    }
    if (result.succeeded()) {
      promise.tryComplete(result.result());
    } else {
      promise.tryFail(result.cause());
    }
    // Only once no cancellation is under way any more, which would hit the next one's statement.
    cancelled.future().onComplete(settled -> giveBack());
  }

  private void giveBack() {
    onGivenBack.run();
    connection.close().onFailure(e -> LOG.debug("giving a connection back: {}", e.getMessage()));
  }
}
