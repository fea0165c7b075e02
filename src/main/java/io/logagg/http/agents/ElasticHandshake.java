package io.logagg.http.agents;

import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What agents ask an Elasticsearch before they send: whether it is there, which version it is and
 * how it is licensed, and to have their templates, policies, pipelines and indexes set up, of which
 * nothing is needed here.
 */
public final class ElasticHandshake implements RouteGroup {
  /** Of those that do not tell their own: the last of its line, which all agents talk to. */
  private static final String VERSION = "8.19.0";

  /** A Beat refuses a server that is older than itself, so that it is told its own version. */
  private static final Pattern BEAT =
      Pattern.compile("^(?:Elastic-)?[A-Za-z]+beat(?:-agent)?/(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})");

  private static final List<String> SET_UP =
      List.of(
          "/_ilm/policy/:name",
          "/_index_template/:name",
          "/_template/:name",
          "/_component_template/:name",
          "/_data_stream/:name",
          "/_ingest/pipeline/:name");

  @Override
  public void mount(Routes routes) {
    probe(routes, "/_license", ctx -> license());
    probe(routes, "/_xpack", ctx -> features());
    probe(routes, "/_cluster/health", ctx -> health());
    probe(routes, "/_cat/health", ctx -> List.of(health()));
    probe(routes, "/_nodes/http", ElasticHandshake::nodes);
    setUp(routes, HttpMethod.GET, "/_ilm/policy");
    for (String path : SET_UP) {
      setUp(routes, HttpMethod.GET, path);
      setUp(routes, HttpMethod.PUT, path);
      setUp(routes, HttpMethod.POST, path);
    }
  }

  private interface Answer {
    Object to(RoutingContext ctx);
  }

  private static void probe(Routes routes, String path, Answer answer) {
    routes.add(
        HttpMethod.GET,
        path,
        Access.OPEN,
        ElasticReply.DIALECT,
        ctx -> ElasticReply.send(ctx, answer.to(ctx)));
  }

  private static void setUp(Routes routes, HttpMethod method, String path) {
    routes.add(method, path, Access.INGEST, ElasticReply.DIALECT, ElasticHandshake::done);
  }

  private static void done(RoutingContext ctx) {
    HttpMethod method = ctx.request().method();
    boolean looks = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    ElasticReply.send(ctx, looks ? Map.of() : Map.of("acknowledged", true));
  }

  /** What {@code GET /} answers to programs: to agents what they look for, and where to read on. */
  static void greet(RoutingContext ctx) {
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("number", versionFor(ctx));
    // Typed clients need all of these, whatever they say.
    version.put("build_flavor", "default");
    version.put("build_type", "tar");
    version.put("build_hash", "0000000000000000000000000000000000000000");
    version.put("build_date", "2025-07-23T22:10:26.000Z");
    version.put("build_snapshot", false);
    version.put("lucene_version", "9.12.0");
    version.put("minimum_wire_compatibility_version", "7.17.0");
    version.put("minimum_index_compatibility_version", "7.0.0");
    Map<String, Object> greeting = new LinkedHashMap<>();
    greeting.put("name", "logagg");
    greeting.put("cluster_name", "logagg");
    greeting.put("cluster_uuid", "bG9nYWdnLWxvZ2FnZy1sbw");
    greeting.put("version", version);
    greeting.put("tagline", "You Know, for Search");
    greeting.put("docs", "/docs");
    greeting.put("openapi", "/openapi.json");
    ElasticReply.send(ctx, greeting);
  }

  private static String versionFor(RoutingContext ctx) {
    String agent = ctx.request().getHeader(HttpHeaders.USER_AGENT);
    Matcher beat = BEAT.matcher(agent == null ? "" : agent);
    return beat.find() ? beat.group(1) : VERSION;
  }

  private static Object license() {
    Map<String, Object> license = new LinkedHashMap<>();
    license.put("status", "active");
    license.put("uid", "6c6f6761-6767-4c6f-8a67-6c6f67616767");
    license.put("type", "basic");
    license.put("issue_date_in_millis", 1_700_000_000_000L);
    license.put("expiry_date_in_millis", 4_000_000_000_000L);
    license.put("issued_to", "logagg");
    license.put("issuer", "logagg");
    return Map.of("license", license);
  }

  private static Object features() {
    return Map.of(
        "license",
        Map.of("status", "active", "type", "basic", "mode", "basic"),
        "features",
        Map.of("ilm", Map.of("available", true, "enabled", true)));
  }

  private static Map<String, Object> health() {
    Map<String, Object> health = new LinkedHashMap<>();
    health.put("cluster_name", "logagg");
    health.put("cluster", "logagg");
    health.put("status", "green");
    health.put("timed_out", false);
    health.put("number_of_nodes", 1);
    health.put("number_of_data_nodes", 1);
    health.put("active_shards_percent_as_number", 100.0);
    return health;
  }

  /** Those who look for nodes find the address that they asked. */
  private static Object nodes(RoutingContext ctx) {
    HostAndPort asked = ctx.request().authority();
    int port = asked == null ? -1 : asked.port();
    int otherwise = ctx.request().isSSL() ? 443 : 80;
    String address =
        asked == null
            ? ctx.request().localAddress().toString()
            : asked.host() + ":" + (port < 0 ? otherwise : port);
    return Map.of(
        "_nodes",
        Map.of("total", 1, "successful", 1, "failed", 0),
        "cluster_name",
        "logagg",
        "nodes",
        Map.of(
            "logagg",
            Map.of(
                "name",
                "logagg",
                "version",
                VERSION,
                "roles",
                List.of("data", "ingest"),
                "http",
                Map.of("publish_address", address))));
  }
}
