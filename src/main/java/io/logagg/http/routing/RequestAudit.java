package io.logagg.http.routing;

import io.logagg.telemetry.AuditLine;
import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;

/** Begins the audit lines of requests: who asked, with which key and parameters. */
public final class RequestAudit {
  private RequestAudit() {}

  /**
   * A line for this request. Its parameters go in as they were given, so the route must have
   * checked that it knows them.
   */
  public static AuditLine of(RoutingContext ctx, String action) {
    AuditLine line = AuditLine.of(action, client(ctx));
    String key = Gatekeeper.principal(ctx).id();
    line.with("key", key.isEmpty() ? null : key);
    MultiMap params = ctx.queryParams();
    for (String name : params.names()) {
      line.with(name, String.join(",", params.getAll(name)));
    }
    return line;
  }

  /** The other end of the connection; what a proxy says of its client may be made up. */
  static String client(RoutingContext ctx) {
    SocketAddress address = ctx.request().remoteAddress();
    return address == null || address.hostAddress() == null ? "unknown" : address.hostAddress();
  }
}
