package io.logagg.http.routing;

import io.logagg.http.reply.Dialect;
import io.logagg.http.reply.Problems;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Where groups mount their routes: none can be mounted without saying who may call it, and none is
 * reached by others.
 */
public final class Routes {
  /** Under it, a route's metadata has its {@link Access}. */
  public static final String ACCESS = "logagg.access";

  private final Router router;
  private final Gatekeeper gatekeeper;

  public Routes(Router router, Gatekeeper gatekeeper) {
    this.router = router;
    this.gatekeeper = gatekeeper;
  }

  /** Mounts a route that tells what goes wrong in our own words. */
  public void add(HttpMethod method, String path, Access access, Handler<RoutingContext> handler) {
    add(method, path, access, Dialect.OWN, handler);
  }

  /** The same for a protocol that has words of its own for what goes wrong. */
  public void add(
      HttpMethod method,
      String path,
      Access access,
      Dialect dialect,
      Handler<RoutingContext> handler) {
    router
        .route(method, path)
        .putMetadata(ACCESS, access)
        .handler(
            ctx -> {
              Problems.tellBy(ctx, dialect);
              gatekeeper.admit(ctx, access);
            })
        .handler(handler);
  }

  /** The same for GET. */
  public void get(String path, Access access, Handler<RoutingContext> handler) {
    add(HttpMethod.GET, path, access, handler);
  }
}
