package io.logagg.http.reply;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * How a protocol words what went wrong: its agents look for its own words. Status, {@code
 * Retry-After} and the like are there already, and may be changed.
 */
public interface Dialect {
  /** Our own, {@code application/problem+json} (RFC 9457). */
  Dialect OWN =
      (response, problem) ->
          response.putHeader("Content-Type", "application/problem+json").end(problem.toJson());

  /** Ends the answer with that. */
  void send(HttpServerResponse response, Problem problem);

  /** The same for a protocol whose words depend on the request. */
  default void send(RoutingContext ctx, Problem problem) {
    send(ctx.response(), problem);
  }
}
