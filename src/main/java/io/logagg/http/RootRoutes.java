package io.logagg.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** {@code GET /}: where to go from here. */
final class RootRoutes implements RouteGroup {
  @Override
  public void mount(Routes routes) {
    routes.get("/", Access.OPEN, RootRoutes::root);
  }

  private static void root(RoutingContext ctx) {
    String accept = ctx.request().getHeader(HttpHeaders.ACCEPT);
    if (accept != null && accept.contains("text/html")) {
      ctx.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, "/docs").end();
    } else {
      JsonReply.send(
          ctx, 200, Map.of("name", "logagg", "docs", "/docs", "openapi", "/openapi.json"));
    }
  }
}
