package io.logagg.http.edge;

import io.logagg.config.HttpConfig;
import io.logagg.config.Loopback;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses requests that were meant for another host (RFC 9110 §7.4). A site whose name is made to
 * stand for 127.0.0.1 once its page is open (DNS rebinding) would otherwise be a page of ours, and
 * whoever asks for no key would do what it says. Thread-safe.
 */
public final class KnownHosts {
  private static final String HEALTH = "/health";

  private final Set<String> names = new HashSet<>();
  private final boolean checks;

  /**
   * For one server.
   *
   * @param keysAreAsked whether a request without a key is refused anyway
   */
  public KnownHosts(HttpConfig http, boolean keysAreAsked) {
    this.checks =
        !http.allowedHosts().isEmpty() || (!keysAreAsked && Loopback.includes(http.host()));
    names.add(plain(http.host()));
    http.allowedHosts().forEach(host -> names.add(plain(host)));
  }

  /** A handler for all routes. Health is told to all, since load balancers ask by any name. */
  public void handle(RoutingContext ctx) {
    if (!checks || isKnown(ctx.request()) || isHealth(ctx.request().path())) {
      ctx.next();
    } else {
      Problems.reply(
          ctx, Problem.of(421, "this host is not served here; add its name to http.allowedHosts"));
    }
  }

  private boolean isKnown(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    if (authority != null) {
      String host = plain(authority.host());
      return names.contains(host) || Loopback.includes(host);
    }
    // Old programs name no host; browsers always do.
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    return hosts.isEmpty();
  }

  private static boolean isHealth(String path) {
    return path.equals(HEALTH) || path.startsWith(HEALTH + "/");
  }

  /** In lower case, without the brackets of an IPv6 address and the dot at the end of a name. */
  private static String plain(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[") && name.endsWith("]")) {
      return name.substring(1, name.length() - 1);
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
