package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keys are worth while PostgreSQL is away. */
class KeysOutageIT {
  private static final String ADMIN = "the-admin-key-of-the-configuration";
  private static final String UNKNOWN = "logagg_0123456789abcdef_" + "0".repeat(64);

  private final int port = FreePorts.next();
  @TempDir private Path folder = Path.of("");

  private EmbeddedServers startPostgres() {
    EmbeddedServers servers =
        new EmbeddedServers(new EmbeddedOptions(folder.resolve("postgres"), true, false, port, 0));
    try {
      servers.start();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return servers;
  }

  private RunningLogagg start(String name, String postgresUrl, String redisUrl) {
    try {
      return RunningLogagg.start(
          Files.createDirectory(folder.resolve(name)),
          Map.of(
              "DATABASE_URL",
              postgresUrl,
              "REDIS_URL",
              redisUrl,
              "LOGAGG_AUTH_ENABLED",
              "true",
              "LOGAGG_AUTH_ADMIN_KEY",
              ADMIN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpResponse<String> ingest(RunningLogagg server, String key) {
    return server.post("/api/v1/ingest", Api.JSON, Api.record("outage", "m"), "X-API-Key", key);
  }

  @Test
  void aKnownKeyGoesOnAndWhoeverNeverReadTheKeysCannotTell() {
    TestServers shared = TestServers.reset();
    EmbeddedServers postgres = startPostgres();
    String url = postgres.postgresUrl().orElseThrow();
    try (RunningLogagg before = start("before", url, shared.redisUrl())) {
      HttpResponse<String> made =
          before.post(
              "/api/v1/keys",
              Api.JSON,
              "{\"name\":\"n\",\"scopes\":[\"ingest\"]}",
              "X-API-Key",
              ADMIN);
      String key = Api.expect(201, made).path("key").asText();
      assertEquals(202, ingest(before, key).statusCode());
      postgres.close();
      try (RunningLogagg during = start("during", url, shared.redisUrl())) {
        Eventually.value(
            "the outage",
            () -> before.get("/api/v1/stats", "X-API-Key", ADMIN).statusCode(),
            status -> status == 503);
        // Whoever has no key need not know where PostgreSQL is.
        assertEquals(
            Map.of("status", "down"),
            new ObjectMapper()
                .convertValue(
                    Api.parse(before.get("/health").body()).at("/checks/postgres"), Map.class));
        assertEquals(202, ingest(before, key).statusCode());
        Api.problem(401, ingest(before, UNKNOWN));
        HttpResponse<String> undecided = ingest(during, key);
        Api.problem(503, undecided);
        assertTrue(Integer.parseInt(Api.header(undecided, "Retry-After")) > 0);
        assertEquals(202, ingest(during, ADMIN).statusCode());
        Api.problem(401, ingest(during, "not one of ours"));
        postgres = startPostgres();
        Eventually.value(
            "the keys", () -> ingest(during, key).statusCode(), status -> status == 202);
        Api.problem(401, ingest(during, UNKNOWN));
      }
    } finally {
      postgres.close();
    }
  }
}
