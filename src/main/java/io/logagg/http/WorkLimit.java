package io.logagg.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/**
 * How long a request that does its work in steps may go on: well below the time after which an idle
 * connection is closed, and no longer than its client is there. What is left is for a further
 * request. Belongs to the request's context.
 */
final class WorkLimit {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final HttpServerResponse response;
  private final long startNanos = System.nanoTime();

  private WorkLimit(HttpServerResponse response) {
    this.response = response;
  }

  static WorkLimit of(RoutingContext ctx) {
    return new WorkLimit(ctx.response());
  }

  /** Whether no further step should be begun. */
  boolean isReached() {
    return response.closed() || System.nanoTime() - startNanos >= LIMIT_NANOS;
  }
}
