package io.logagg.http.edge;

import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pages of other sites may call (the CORS protocol of the Fetch standard). Credentials of the
 * browser's own, such as cookies, are never allowed: there are none here. Thread-safe.
 */
public final class Cors {
  private static final String ANY = "*";
  private static final String METHODS = "GET, HEAD, POST, PATCH, DELETE";
  private static final String REQUEST_HEADERS =
      "accept, authorization, content-encoding, content-type, idempotency-key, last-event-id, x-api-key";
  private static final String RESPONSE_HEADERS =
      "link, location, ratelimit, ratelimit-policy, retry-after";
  private static final String MAX_AGE_SECONDS = "600";

  private final boolean any;
  private final Set<String> origins;

  /**
   * For one server.
   *
   * @param origins those of {@code http.corsOrigins}; {@code "*"} stands for any
   */
  public Cors(List<String> origins) {
    this.any = origins.contains(ANY);
    // Browsers send scheme and host in lower case.
    this.origins =
        origins.stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** A handler for all routes, before anyone is asked for a key: a preflight has none. */
  public void handle(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    MultiMap headers = ctx.response().headers();
    if (!any && !origins.isEmpty()) {
      headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || isOurs(request, origin)) {
      ctx.next();
    } else if (!any && !origins.contains(origin)) {
      refuse(ctx);
    } else {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, any ? ANY : origin);
      if (request.method().equals(HttpMethod.OPTIONS)
          && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
        headers
            .set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
            .set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
            .set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        ctx.response().setStatusCode(204).end();
      } else {
        headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        ctx.next();
      }
    }
  }

  /**
   * A page of another site may be open in a browser that can reach us: it must change nothing here.
   * What it reads, the browser keeps from it.
   */
  private void refuse(RoutingContext ctx) {
    HttpMethod method = ctx.request().method();
    boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    if (reads && origins.isEmpty()) {
      ctx.next();
    } else {
      Problems.reply(ctx, Problem.of(403, "this origin is not among http.corsOrigins"));
    }
  }

  /** A page of ours, such as /docs. */
  private static boolean isOurs(HttpServerRequest request, String origin) {
    // Behind a proxy that speaks HTTPS, the page's origin is not what we see; no page can forge
    // this one.
    if ("same-origin".equals(request.getHeader("Sec-Fetch-Site"))) {
      return true;
    }
    HostAndPort authority = request.authority();
    return authority != null && origin.equals(request.scheme() + "://" + authority);
  }
}
