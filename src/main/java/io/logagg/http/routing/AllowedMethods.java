package io.logagg.http.routing;

import io.logagg.http.reply.Problems;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What methods a path takes: HEAD wherever GET is, and the header {@code Allow} of a 405 (RFC 9110
 * §15.5.6).
 */
public final class AllowedMethods {
  private final Router router;
  private final Gatekeeper gatekeeper;

  private AllowedMethods(Router router, Gatekeeper gatekeeper) {
    this.router = router;
    this.gatekeeper = gatekeeper;
  }

  /** To be called once all routes are mounted. */
  public static void complete(Router router, Gatekeeper gatekeeper) {
    for (Route route : router.getRoutes()) {
      Set<HttpMethod> methods = route.methods();
      if (methods != null && methods.contains(HttpMethod.GET)) {
        route.method(HttpMethod.HEAD);
      }
    }
    router.errorHandler(405, new AllowedMethods(router, gatekeeper)::refuse);
  }

  private void refuse(RoutingContext ctx) {
    gatekeeper.orHide(
        ctx,
        () -> {
          ctx.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed(ctx)));
          Problems.reply(ctx, Problems.ofStatus(405));
        });
  }

  private Set<String> allowed(RoutingContext ctx) {
    Set<String> allowed = new TreeSet<>();
    for (Route route : router.getRoutes()) {
      Set<HttpMethod> methods = route.methods();
      String path = route.getPath();
      if (methods != null && path != null && matches(path, ctx.normalizedPath())) {
        allowed.addAll(methods.stream().map(HttpMethod::name).collect(Collectors.toSet()));
      }
    }
    return allowed;
  }

  /** Segment by segment; one that starts with a colon takes anything. */
  private static boolean matches(String pattern, String path) {
    String[] expected = pattern.split("/", -1);
    String[] actual = path.split("/", -1);
    if (expected.length != actual.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (!expected[i].startsWith(":") && !expected[i].equals(actual[i])) {
        return false;
      }
    }
    return true;
  }
}
