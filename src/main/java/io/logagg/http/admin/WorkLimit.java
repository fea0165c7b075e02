package io.logagg.http.admin;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/**
 * How long a request that does its work in steps may go on: well below the time after which an idle
 * connection is closed, and no longer than its client is there. What is left is for a further
 * request. Belongs to the request's context.
 */
final class WorkLimit {
  static final long USUAL_MS = 30_000;

  private final HttpServerResponse response;
  private final long startNanos = System.nanoTime();
  private final long limitNanos;

  /**
   * From now on.
   *
   * @param limitMs for how long further steps may be begun; the first one always is
   */
  WorkLimit(RoutingContext ctx, long limitMs) {
    this.response = ctx.response();
    this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMs);
  }

  /** Whether no further step should be begun. */
  boolean isReached() {
    return response.closed() || System.nanoTime() - startNanos >= limitNanos;
  }
}
