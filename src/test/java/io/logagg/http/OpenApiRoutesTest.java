package io.logagg.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.access.Authenticator;
import io.logagg.access.KeyStore;
import io.logagg.access.Scope;
import io.logagg.alert.CallableHosts;
import io.logagg.config.HttpConfig;
import io.logagg.config.StreamConfig;
import io.logagg.config.TlsConfig;
import io.logagg.http.ingest.IngestGate;
import io.logagg.http.ingest.RateLimits;
import io.logagg.http.reply.LargeReplies;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.Routes;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.protocol.RecordRules;
import io.logagg.query.TailFeed;
import io.logagg.query.TailSource;
import io.logagg.record.Stamper;
import io.logagg.record.TimeWindow;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.SharedBuckets;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamNames;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whether the document and the router know the same routes. Needs no server: nothing is sent. */
final class OpenApiRoutesTest {
  /** The parts of a page, which nobody but the page asks for. */
  private static final String PAGE_PARTS = "/docs/";

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void shouldDocumentExactlyTheRoutesThatThereAre() {
    Set<String> documented = new TreeSet<>();
    OpenApi.read().operations().forEach(operation -> documented.add(operation.toString()));

    assertEquals(String.join("\n", mounted()), String.join("\n", documented));
  }

  @Test
  void shouldDocumentWhatEachRouteAsksOfItsCallers() {
    Map<String, String> documented = new TreeMap<>();
    OpenApi.read()
        .operations()
        .forEach(operation -> documented.put(operation.toString(), asked(operation.json())));

    assertEquals(asked().toString().replace(", ", "\n"), documented.toString().replace(", ", "\n"));
  }

  /** The same scope with each way to carry a key; and 401 and 403 wherever one is asked for. */
  private static String asked(JsonObject operation) {
    Set<Object> scopes = new HashSet<>();
    Set<String> ways = new HashSet<>();
    for (Object requirement : operation.getJsonArray("security")) {
      for (Map.Entry<String, Object> way : (JsonObject) requirement) {
        ways.add(way.getKey());
        scopes.add(way.getValue());
      }
    }
    boolean isOpen = ways.isEmpty();
    assertEquals(isOpen ? 0 : 3, ways.size(), operation::encodePrettily);
    for (String status : List.of("401", "403")) {
      assertEquals(
          !isOpen,
          operation.getJsonObject("responses").containsKey(status),
          operation::encodePrettily);
    }
    return scopes + (operation.getBoolean("x-unrestricted-key", false) ? " of all apps" : "");
  }

  private Map<String, String> asked() {
    Map<String, String> asked = new TreeMap<>();
    accesses()
        .forEach(
            (operation, access) -> {
              Scope scope = access.scope();
              asked.put(
                  operation,
                  (scope == null ? "[]" : "[[\"" + scope.code() + "\"]]")
                      + (access.isForAllApps() ? " of all apps" : ""));
            });
    return asked;
  }

  private Set<String> mounted() {
    return accesses().keySet();
  }

  /** What each operation that there is asks of its callers. */
  Map<String, Access> accesses() {
    Map<String, Access> accesses = new TreeMap<>();
    for (Route route : onContext().getRoutes()) {
      String path = route.getPath();
      // Without a path, it is a handler for all, such as the one that removes slashes.
      if (path != null && !path.startsWith(PAGE_PARTS)) {
        for (HttpMethod method : route.methods()) {
          if (!method.equals(HttpMethod.HEAD)) { // It stands wherever GET does.
            accesses.put(
                method + " " + path.replaceAll(":(\\w+)", "{$1}"),
                route.getMetadata(Routes.ACCESS));
          }
        }
      }
    }
    return accesses;
  }

  private Router onContext() {
    CompletableFuture<Router> router = new CompletableFuture<>();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        start -> {
          try {
            router.complete(router(context));
          } catch (RuntimeException e) {
            router.completeExceptionally(e);
          }
        });
    return router.join();
  }

  private Router router(Context context) {
    HttpOptions options = options();
    HttpVerticle verticle = new HttpVerticle(options);
    verticle.init(vertx, context);
    StreamAppender stream = StreamAppender.open(vertx, options.redis(), options.names());
    return verticle.router(stream, new IngestGate(vertx, stream, () -> false, 1, 1));
  }

  /** Nobody listens on port 1. */
  private HttpOptions options() {
    Random random = new Random(1);
    Metrics metrics = new Metrics();
    Database database =
        Database.open(
            vertx, new PostgresSettings("postgresql://a:b@127.0.0.1:1/c", 1, 1000, 1000, random));
    return new HttpOptions(
        new HttpConfig(
            "127.0.0.1",
            0,
            1,
            1 << 20,
            1 << 20,
            1 << 20,
            1000,
            4,
            4,
            100,
            75_000,
            100,
            List.of(),
            List.of(),
            new TlsConfig(null, null)),
        Optional.empty(),
        new StreamConfig("logs:stream", "ingest-group", "logs:dlq", 1, 500, 1000),
        new RedisSettings("redis://127.0.0.1:1/0", 1000, random),
        new StreamNames("logs:stream", "ingest-group", "logs:dlq"),
        database,
        Authenticator.OPEN,
        new KeyStore(database, random),
        new Stamper(InstantSource.system(), random),
        new TimeWindow(0, 2),
        RecordRules.NONE,
        metrics,
        new LargeReplies(4),
        new TailFeed(vertx, new TailSource(database), 4, random),
        new OpenConnections(100, metrics),
        new RateLimits(
            new SharedBuckets(
                vertx, new RedisSettings("redis://127.0.0.1:1/0", 1000, random), System::nanoTime),
            "logs:stream",
            metrics),
        1000,
        1000,
        new AlertSettings(1000, new CallableHosts(List.of())),
        () -> false,
        Optional.empty(),
        InstantSource.system(),
        port -> {},
        1000);
  }
}
