package io.logagg.http;

import io.logagg.http.reply.LargeReplies;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.reply.RequestOutcome;
import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/** Measures reading requests, and counts those of any kind that met a limit. Thread-safe. */
final class RequestMeters {
  private static final String SEEN = "logagg.measured";

  private final Family<Timer> queries;
  private final Family<Counter> refusals;

  RequestMeters(Metrics metrics, LargeReplies largeReplies) {
    this.queries =
        metrics.durations(
            "logagg.query.duration",
            "Reading requests, from their head to the end of the answer",
            "kind",
            "outcome");
    this.refusals =
        metrics.counters(
            "logagg.http.refusals", "Answers 429 and 503, by the limit that was met", "cause");
    metrics.gauge(
        "logagg.http.large.replies",
        "Large answers and heavy queries under way",
        largeReplies::current);
  }

  /** One of the first handlers of every request. */
  void routed(RoutingContext ctx) {
    if (ctx.get(SEEN) == null) { // Or it is routed anew.
      ctx.put(SEEN, true);
      long startNanos = System.nanoTime();
      ctx.addEndHandler(end -> ended(ctx, end, System.nanoTime() - startNanos));
    }
    ctx.next();
  }

  private void ended(RoutingContext ctx, AsyncResult<Void> end, long nanos) {
    Problem problem = Problems.answeredWith(ctx);
    if (problem != null && (problem.status() == 429 || problem.status() == 503)) {
      refusals.of(problem.limit().label()).increment();
    }
    QueryKind kind = QueryKind.of(ctx);
    if (kind != null) {
      queries
          .of(kind.label(), RequestOutcome.of(ctx, end).label())
          .record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
