package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.RunningLogagg.Ended;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code keys}, as an operator uses it. */
class KeysCommandIT {
  @TempDir private Path folder = Path.of("");
  private int runs;

  private Ended keys(Map<String, String> environment, String... args) {
    try {
      Path own = Files.createDirectory(folder.resolve("run" + ++runs));
      return RunningLogagg.run(
          own,
          environment,
          Stream.concat(Stream.of("keys"), Stream.of(args)).toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Ended succeeded(Ended ended) {
    assertEquals(0, ended.status(), ended.stderr());
    return ended;
  }

  private static void refused(Ended ended, String says) {
    assertEquals(2, ended.status(), ended.stdout() + ended.stderr());
    assertEquals(1, ended.stderr().lines().count(), ended.stderr());
    assertTrue(ended.stderr().contains(says), ended.stderr());
    assertEquals("", ended.stdout());
  }

  private static int status(RunningLogagg server, String path, String key) {
    return server.get(path, "Authorization", "Bearer " + key).statusCode();
  }

  @Test
  void theFirstKeyIsMadeBeforeAnyServerRanAndMakesOthers() {
    TestServers servers = TestServers.reset();
    Map<String, String> environment = Map.of("DATABASE_URL", servers.postgresUrl());
    Ended made =
        succeeded(
            keys(
                environment,
                "create",
                "--name",
                "first one",
                "--scope",
                "read",
                "--scope",
                "admin",
                "--expires",
                "90d"));
    String key = made.stdout().strip();
    assertTrue(key.matches("logagg_[0-9a-f]{16}_[0-9a-f]{64}"), made.stdout());
    assertEquals(1, made.stdout().lines().count());
    assertTrue(made.stderr().contains("first one"), made.stderr());
    String id = key.substring(7, 23);
    try (RunningLogagg server =
        RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"))) {
      assertEquals(200, status(server, "/api/v1/keys", key));
      JsonNode listed = Api.parse(succeeded(keys(environment, "list", "--json")).stdout());
      assertEquals(List.of(id), Api.texts(listed, "id"));
      assertEquals("[\"read\",\"admin\"]", listed.get(0).path("scopes").toString());
      String table = succeeded(keys(environment, "list")).stdout();
      assertTrue(table.startsWith("id ") && table.contains(id), table);
      Ended rotated = succeeded(keys(environment, "rotate", id, "--grace", "1h"));
      String next = rotated.stdout().strip();
      assertEquals(200, status(server, "/api/v1/keys", next));
      assertEquals(200, status(server, "/api/v1/keys", key));
      succeeded(keys(environment, "revoke", id));
      Eventually.value("the end", () -> status(server, "/api/v1/keys", next), s -> s == 401);
      assertEquals(401, status(server, "/api/v1/keys", key));
      refused(keys(environment, "revoke", id), id);
      refused(keys(environment, "rotate", id), id);
    }
    try (RunningLogagg again =
        RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"))) {
      Eventually.value(
          "the advice", again::stderr, text -> text.contains("keys create --name admin"));
    }
  }

  @Test
  void whatIsWrongIsOneLine() {
    int port = FreePorts.next();
    Map<String, String> away =
        Map.of("DATABASE_URL", "postgresql://u:hidden@127.0.0.1:%d/d".formatted(port));
    refused(keys(away, "create", "--name", "n"), "--scope");
    refused(keys(away, "create", "--name", "n", "--scope", "write"), "--scope must be");
    refused(keys(away, "create", "--name", " ", "--scope", "read"), "--name must be");
    refused(
        keys(away, "create", "--name", "n", "--scope", "read", "--expires", "soon"), "--expires");
    refused(keys(away, "rotate", "x", "--grace", "8d"), "--grace");
    refused(keys(away), "create, list, rotate, revoke");
    refused(keys(Map.of(), "list", "-conf", "nowhere.json"), "nowhere.json");
    Ended ended = keys(away, "list");
    refused(ended, "PostgreSQL is away");
    assertTrue(!ended.stderr().contains("hidden"), ended.stderr());
  }

  @Test
  void anEmbeddedPostgresMustRunAndIsFoundByItsFolder() throws InterruptedException {
    Path data = folder.resolve("data");
    Map<String, String> environment = Map.of("LOGAGG_EMBEDDED_DATA_DIR", data.toString());
    refused(keys(environment, "list"), "no embedded PostgreSQL runs in data folder " + data);
    try (EmbeddedServers servers =
        new EmbeddedServers(new EmbeddedOptions(data, true, false, 0, 0))) {
      servers.start();
      String conf = "{\"embedded\":{\"dataDir\":\"%s\"}}".formatted(data);
      String key =
          succeeded(keys(Map.of(), "create", "-conf", conf, "--name", "n", "--scope", "read"))
              .stdout()
              .strip();
      Ended listed = succeeded(keys(environment, "list"));
      assertTrue(listed.stdout().contains(key.substring(7, 23)), listed.stdout());
    }
    refused(keys(environment, "list"), "start logagg there first");
  }
}
