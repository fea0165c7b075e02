package io.logagg.alerting;

import io.logagg.postgres.AbandonedException;
import io.logagg.postgres.Abandonment;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Function;

/** Ends reading that takes too long, with all its statements. */
final class TimeLimit {
  private final Vertx vertx;
  private final long limitMs;

  TimeLimit(Vertx vertx, long limitMs) {
    this.vertx = vertx;
    this.limitMs = limitMs;
  }

  /** It took too long. */
  static final class ExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExceededException(long limitMs) {
      super(
          "it took longer than %d ms (alerts.timeoutMs): ask for fewer records".formatted(limitMs),
          null,
          false,
          false);
    }
  }

  /** Does it, with what tells it that its time is up. */
  <T> Future<T> run(Function<Abandonment, Future<T>> work) {
    Abandonment abandonment = new Abandonment();
    long timer = vertx.setTimer(limitMs, id -> abandonment.happen());
    return Future.<Void>succeededFuture()
        .compose(go -> work.apply(abandonment)) // What it throws is a failure, too.
        .onComplete(done -> vertx.cancelTimer(timer))
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof AbandonedException ? new ExceededException(limitMs) : e));
  }
}
