package io.logagg.http.agents;

import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /}: where to go from here; agents take it for the greeting of an Elasticsearch. */
public final class RootRoutes implements RouteGroup {
  @Override
  public void mount(Routes routes) {
    routes.get("/", Access.OPEN, RootRoutes::root);
  }

  private static void root(RoutingContext ctx) {
    String accept = ctx.request().getHeader(HttpHeaders.ACCEPT);
    if (accept != null && accept.contains("text/html")) {
      ctx.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, "/docs").end();
    } else {
      ElasticHandshake.greet(ctx);
    }
  }
}
