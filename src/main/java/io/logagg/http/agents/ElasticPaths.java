package io.logagg.http.agents;

import io.logagg.http.reply.Problems;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Brings Elasticsearch's paths into one form: they also stand under {@code /es}, for agents that
 * cannot have the root; and an index that is looked for or made, {@code HEAD} or {@code PUT
 * /index}, is answered like a data stream, so that no route has to take paths of any name.
 */
public final class ElasticPaths {
  private static final String PREFIX = "/es";
  private static final String BULK = "/_bulk";

  /** A name as Elasticsearch takes it, or date math, which is encoded all over. */
  private static final Pattern INDEX =
      Pattern.compile("/(?:%\\p{XDigit}{2}|[a-z0-9])(?:%\\p{XDigit}{2}|[a-z0-9._+~-]){0,254}");

  /** What paths of others begin with. */
  private static final Set<String> RESERVED =
      Set.of(
          "/api",
          "/docs",
          "/es",
          "/favicon.ico",
          "/gelf",
          "/health",
          "/ingest",
          "/loki",
          "/metrics",
          "/openapi.json",
          "/otlp",
          "/ready",
          "/robots.txt",
          "/services",
          "/upload",
          "/v1");

  private ElasticPaths() {}

  /** Has a request be served at the path that there is a route for. */
  public static void unify(RoutingContext ctx) {
    String path = ctx.request().path();
    HttpMethod method = ctx.request().method();
    String found = path == null ? null : path;
    if (found != null && found.startsWith(PREFIX)) {
      found = withoutPrefix(method, found);
    }
    if (found != null && isIndex(method, found)) {
      found = "/_data_stream" + found;
    }
    if (found != null && (found.startsWith("/_") || found.startsWith(PREFIX + "/"))) {
      // Its clients believe no error that is not its own, not even that there is nothing.
      Problems.tellBy(ctx, ElasticReply.DIALECT);
    }
    if (found == null || found.equals(path)) {
      ctx.next();
      return;
    }
    String query = ctx.request().query();
    ctx.reroute(query == null ? found : found + "?" + query);
  }

  /** The same path if behind the prefix there is none of Elasticsearch's. */
  private static String withoutPrefix(HttpMethod method, String path) {
    String rest = path.substring(PREFIX.length());
    boolean isElastic =
        rest.startsWith("/_")
            || (rest.startsWith("/") && rest.endsWith(BULK))
            || isIndex(method, rest);
    return rest.isEmpty() ? "/" : isElastic ? rest : path;
  }

  private static boolean isIndex(HttpMethod method, String path) {
    return (method.equals(HttpMethod.HEAD) || method.equals(HttpMethod.PUT))
        && !RESERVED.contains(path)
        && INDEX.matcher(path).matches();
  }
}
