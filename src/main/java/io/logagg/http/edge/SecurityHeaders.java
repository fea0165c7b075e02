package io.logagg.http.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * The headers that tell browsers to do no more with an answer than is meant. Every answer gets
 * those of data; a page then sets its own. Thread-safe.
 */
public final class SecurityHeaders {
  private static final CharSequence CSP = HttpHeaders.createOptimized("content-security-policy");
  private static final CharSequence DATA_CSP =
      HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");

  /** Nothing inline: what an attacker gets into a page must not run. */
  private static final CharSequence PAGE_CSP =
      HttpHeaders.createOptimized(
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
              + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

  private static final CharSequence TYPE_OPTIONS =
      HttpHeaders.createOptimized("x-content-type-options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence FRAME_OPTIONS = HttpHeaders.createOptimized("x-frame-options");
  private static final CharSequence DENY = HttpHeaders.createOptimized("DENY");
  private static final CharSequence REFERRER_POLICY =
      HttpHeaders.createOptimized("referrer-policy");
  private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
  private static final CharSequence RESOURCE_POLICY =
      HttpHeaders.createOptimized("cross-origin-resource-policy");
  private static final CharSequence OPENER_POLICY =
      HttpHeaders.createOptimized("cross-origin-opener-policy");
  private static final CharSequence SAME_ORIGIN = HttpHeaders.createOptimized("same-origin");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
  private static final CharSequence TRANSPORT_SECURITY =
      HttpHeaders.createOptimized("strict-transport-security");
  private static final CharSequence ONE_YEAR = HttpHeaders.createOptimized("max-age=31536000");

  private final boolean tls;

  /**
   * For one server.
   *
   * @param tls whether it speaks HTTPS, which browsers may then insist on (RFC 6797)
   */
  public SecurityHeaders(boolean tls) {
    this.tls = tls;
  }

  /** To be called for every request, before anything is answered. */
  public void put(HttpServerResponse response) {
    MultiMap headers =
        response
            .headers()
            .set(TYPE_OPTIONS, NOSNIFF)
            .set(FRAME_OPTIONS, DENY)
            .set(REFERRER_POLICY, NO_REFERRER)
            .set(RESOURCE_POLICY, SAME_ORIGIN)
            .set(CSP, DATA_CSP)
            .set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    if (tls) {
      headers.set(TRANSPORT_SECURITY, ONE_YEAR);
    }
  }

  /** The first handler of every route: a request that is routed anew has lost its headers. */
  public void again(RoutingContext ctx) {
    if (!ctx.response().headers().contains(TYPE_OPTIONS)) {
      put(ctx.response());
    }
    ctx.next();
  }

  /** For a page, its scripts, styles and pictures, all of which come with the program. */
  public static void putPage(HttpServerResponse response) {
    response
        .headers()
        .set(CSP, PAGE_CSP)
        .set(OPENER_POLICY, SAME_ORIGIN)
        .set(HttpHeaders.CACHE_CONTROL, NO_CACHE);
  }
}
