package io.logagg.http.reply;

import io.vertx.core.AsyncResult;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** What became of a request, for the metrics. */
public enum RequestOutcome {
  OK,
  /** The request is at fault. */
  INVALID,
  /** Too much, at present. */
  LIMITED,
  /** A server that is needed is away. */
  UNAVAILABLE,
  TIMEOUT,
  /** A bug of ours. */
  ERROR,
  /** The client left before its answer was sent. */
  ABORTED;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** How it is written outside the program. */
  public String label() {
    return label;
  }

  /**
   * Of a request that is over.
   *
   * @param end what the request's end handler is told
   */
  public static RequestOutcome of(RoutingContext ctx, AsyncResult<Void> end) {
    Problem problem = Problems.answeredWith(ctx);
    if (problem != null) {
      return ofStatus(problem.status());
    }
    return end.failed() ? ABORTED : ofStatus(ctx.response().getStatusCode());
  }

  static RequestOutcome ofStatus(int status) {
    return switch (status) {
      case 429 -> LIMITED;
      case 503 -> UNAVAILABLE;
      case 504 -> TIMEOUT;
      default -> status >= 500 ? ERROR : status >= 400 ? INVALID : OK;
    };
  }
}
