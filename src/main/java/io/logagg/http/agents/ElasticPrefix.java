package io.logagg.http.agents;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/**
 * Elasticsearch's paths also stand under {@code /es}, for agents that share a host with other
 * programs.
 */
public final class ElasticPrefix {
  private static final String PREFIX = "/es";

  private ElasticPrefix() {}

  /** Serves a path of Elasticsearch that has the prefix as if it had none. */
  public static void remove(RoutingContext ctx) {
    String path = ctx.request().path();
    if (path == null || !path.startsWith(PREFIX)) {
      ctx.next();
      return;
    }
    String rest = path.substring(PREFIX.length());
    if (!isOurs(ctx.request().method(), rest)) {
      ctx.next();
      return;
    }
    String query = ctx.request().query();
    String target = rest.isEmpty() ? "/" : rest;
    ctx.reroute(query == null ? target : target + "?" + query);
  }

  private static boolean isOurs(HttpMethod method, String rest) {
    boolean asksForIndex = method.equals(HttpMethod.HEAD) || method.equals(HttpMethod.PUT);
    return rest.isEmpty()
        || rest.startsWith("/_")
        || (rest.startsWith("/") && rest.endsWith("/_bulk"))
        || (asksForIndex
            && rest.lastIndexOf('/') == 0
            && !ElasticHandshake.RESERVED.contains(rest.substring(1)));
  }
}
