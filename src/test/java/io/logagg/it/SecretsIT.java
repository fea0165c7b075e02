package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.RunningLogagg.Ended;
import io.logagg.testing.TestServers;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong, no secret is in anything that the program says. */
class SecretsIT {
  /** All that must not be seen. A further secret is a line here, and a place that it is put. */
  private enum Secret {
    POSTGRES("pgSecret4711"),
    REDIS("redisSecret4712"),
    ADMIN_KEY("adminSecret4713"),
    BEARER("bearerSecret4714"),
    API_KEY("keySecret4715"),
    BASIC("basicSecret4716"),
    BASIC_AS_SENT(basic("basicSecret4716"));

    private final String text;

    Secret(String text) {
      this.text = text;
    }

    private static String basic(String password) {
      return Base64.getEncoder()
          .encodeToString(("user:" + password).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static final String ROLE = "logagg_secretive";
  private static final List<String> PATHS =
      List.of(
          "/",
          "/docs",
          "/openapi.json",
          "/health",
          "/health/ready",
          "/metrics",
          "/nothing",
          "/api/v1/logs",
          "/api/v1/logs?nothing=" + Secret.API_KEY.text,
          "/api/v1/logs?limit=" + "x",
          "/api/v1/logs/x",
          "/api/v1/stats",
          "/api/v1/dlq/stats",
          "/api/v1/saved",
          "/api/v1/ingest");

  @TempDir private Path folder = Path.of("");
  private final Vertx vertx = Vertx.vertx();
  private final StringBuilder shown = new StringBuilder();
  private TestServers servers;

  /** Users of their own, whose passwords are known and can be taken away. */
  @BeforeEach
  void makeUsers() {
    servers = TestServers.reset();
    dropRole();
    // The embedded PostgreSQL lets in no others than the members of that group.
    servers.sql(
        """
        CREATE ROLE logagg_reader NOLOGIN;
        CREATE ROLE %1$s LOGIN PASSWORD '%2$s' IN ROLE logagg_reader;
        GRANT %1$s TO CURRENT_USER;
        GRANT USAGE, CREATE ON SCHEMA public TO %1$s"""
            .formatted(ROLE, Secret.POSTGRES.text));
    redis("SETUSER", ROLE, "reset", "on", ">" + Secret.REDIS.text, "~*", "&*", "+@all");
  }

  @AfterEach
  void removeUsers() {
    servers = TestServers.reset();
    dropRole();
    redis("DELUSER", ROLE);
    TestServers.await(vertx.close());
  }

  private void dropRole() {
    servers.sql(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%1$s';
        DROP ROLE IF EXISTS %1$s, logagg_reader"""
            .formatted(ROLE));
  }

  private void redis(String... acl) {
    RedisProcess.call(vertx, servers.redisUrl(), "ACL", acl);
  }

  private static String with(String url, String password) {
    URI uri = URI.create(url);
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return "%s://%s:%s@%s:%d%s%s"
        .formatted(
            uri.getScheme(), ROLE, password, uri.getHost(), uri.getPort(), uri.getRawPath(), query);
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("DATABASE_URL", with(servers.postgresUrl(), Secret.POSTGRES.text));
    environment.put("REDIS_URL", with(servers.redisUrl(), Secret.REDIS.text));
    environment.put("LOGAGG_AUTH_ADMIN_KEY", Secret.ADMIN_KEY.text);
    return environment;
  }

  private void assertNothingLeaked() {
    String all = shown.toString();
    for (Secret secret : Secret.values()) {
      int at = all.indexOf(secret.text);
      if (at >= 0) {
        fail(secret + ": " + all.substring(Math.max(0, at - 300), Math.min(all.length(), at + 99)));
      }
    }
  }

  /** Asks for everything, rightly and wrongly, as callers with keys do. */
  private void ask(RunningLogagg logagg) {
    for (String authorization :
        List.of(
            "Bearer " + Secret.BEARER.text,
            "Bearer " + Secret.ADMIN_KEY.text,
            "Basic " + Secret.BASIC_AS_SENT.text)) {
      String[] headers = {"Authorization", authorization, "X-API-Key", Secret.API_KEY.text};
      for (String path : PATHS) {
        show(logagg.get(path, headers));
      }
      for (String body : List.of(Api.record("a", "m"), "{\"app\":", "[1,{}]")) {
        for (String path :
            List.of("/api/v1/ingest", "/api/v1/logs", "/api/v1/bulk_logs", "/api/v1/apps")) {
          show(logagg.post(path, Api.JSON, body, headers));
        }
      }
      show(logagg.post("/api/v1/ingest", "text/x", "x", headers));
      String head = "Authorization: " + authorization + "\r\nX-API-Key: " + Secret.API_KEY.text;
      shown.append(raw(logagg, "nonsense\r\n" + head + "\r\n\r\n"));
      shown.append(raw(logagg, "GET / HTTP/1.1\r\n" + head + "x".repeat(40_000) + "\r\n\r\n"));
      shown.append(raw(logagg, "GET / HTTP/1.1\r\nHost: evil.example\r\n" + head + "\r\n\r\n"));
    }
  }

  private void show(HttpResponse<String> answer) {
    shown.append(answer.headers().map()).append(answer.body()).append('\n');
  }

  /** All that the server says until it closes the connection, or the problem is whole. */
  private static String raw(RunningLogagg logagg, String request) {
    URI base = URI.create(logagg.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder answer = new StringBuilder();
      for (int c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
        answer.append((char) c);
        if (c == '}') {
          break;
        }
      }
      assertTrue(answer.indexOf("application/problem+json") > 0, answer.toString());
      return answer.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** While all is well, and after both servers have thrown it out and refuse its passwords. */
  @Test
  void noneIsShownWhateverHappensToTheServers() {
    Map<String, String> environment = environment();
    environment.put("LOGAGG_LOG_LEVEL", "DEBUG");
    RunningLogagg logagg = RunningLogagg.start(folder, environment);
    try (logagg) {
      Api api = new Api(logagg);
      Eventually.value(
          "both to be there", () -> api.get("/health").path("status").asText(), "up"::equals);
      ask(logagg);
      servers.sql("ALTER ROLE " + ROLE + " PASSWORD 'another'");
      servers.sql(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + ROLE + "'");
      redis("SETUSER", ROLE, "resetpass", ">another");
      RedisProcess.call(vertx, servers.redisUrl(), "CLIENT", "KILL", "USER", ROLE);
      Eventually.value(
          "both to be away",
          () -> logagg.get("/health/ready").statusCode(),
          status -> status == 503);
      ask(logagg);
    }
    shown.append(logagg.stdout()).append(logagg.stderr());
    assertTrue(logagg.stdout().contains(ROLE + ":***@"), logagg.stdout());
    assertNothingLeaked();
  }

  @Test
  void noneIsShownWhereNobodyListens() throws IOException {
    Map<String, String> environment = environment();
    environment.replaceAll((key, url) -> url.replaceAll(":\\d+(/|$)", ":1$1"));
    environment.put("LOGAGG_LOG_LEVEL", "DEBUG");
    environment.put("LOGAGG_LOG_FORMAT", "json");
    RunningLogagg logagg = RunningLogagg.start(folder, environment);
    try (logagg) {
      ask(logagg);
    }
    assertTrue(logagg.stdout().contains("127.0.0.1:1"), logagg.stdout());
    shown.append(logagg.stdout()).append(logagg.stderr());
    assertNothingLeaked();
  }

  /** A key is shown by the answer that makes it, or gives it another secret, and nowhere else. */
  @Test
  void noKeyIsShownButWhenItIsMade() {
    Map<String, String> environment = environment();
    environment.put("LOGAGG_AUTH_ENABLED", "true");
    environment.put("LOGAGG_LOG_LEVEL", "DEBUG");
    String[] admin = {"Authorization", "Bearer " + Secret.ADMIN_KEY.text};
    List<String> made = new ArrayList<>();
    RunningLogagg logagg = RunningLogagg.start(folder, environment);
    try (logagg) {
      String draft = "{\"name\":\"k\",\"scopes\":[\"admin\"]}";
      JsonNode key = Api.expect(201, logagg.post("/api/v1/keys", Api.JSON, draft, admin));
      made.add(key.path("key").asText());
      String path = "/api/v1/keys/" + key.path("id").asText();
      use(logagg, path, made.get(0));
      JsonNode rotated = Api.expect(200, logagg.post(path + "/rotate", Api.JSON, "", admin));
      made.add(rotated.path("key").asText());
      use(logagg, path, made.get(0));
      use(logagg, path, made.get(1));
      assertEquals(204, logagg.send(logagg.request(path, admin).DELETE()).statusCode());
      use(logagg, path, made.get(1));
      show(logagg.get("/api/v1/keys", admin));
      show(logagg.get("/metrics", admin));
    }
    shown.append(logagg.stdout()).append(logagg.stderr());
    assertNothingLeaked();
    for (String key : made) {
      String secret = key.substring(key.lastIndexOf('_') + 1);
      assertEquals(64, secret.length(), "the secret part of a key");
      assertEquals(-1, shown.indexOf(secret));
    }
  }

  private void use(RunningLogagg logagg, String keyPath, String key) {
    String[] headers = {"X-API-Key", key};
    PATHS.forEach(path -> show(logagg.get(path, headers)));
    show(logagg.get(keyPath, headers));
    show(logagg.post("/api/v1/keys", Api.JSON, "{\"name\":", headers));
    show(logagg.post("/api/v1/ingest", Api.JSON, "{\"app\":", headers));
    show(logagg.get("/api/v1/stats", "X-API-Key", key + "x", "Authorization", "Bearer " + key));
  }

  /** Mistakes beside secrets, and in them. */
  @Test
  void noneIsShownOfAConfigurationThatIsRefused() throws IOException {
    String secrets =
        """
        "postgres":{"url":"postgresql://u:%s@127.0.0.1:1/d"},"redis":{"url":"redis://:%s@127.0.0.1:1"},
        "auth":{"adminKey":"%s"}"""
            .formatted(Secret.POSTGRES.text, Secret.REDIS.text, Secret.ADMIN_KEY.text);
    List<String> files =
        List.of(
            "{%s,\"http\":{\"prot\":1}}".formatted(secrets),
            "{%s,\"http\":{\"tls\":{\"certPath\":\"no.pem\",\"keyPath\":\"no.pem\"}}}"
                .formatted(secrets),
            "{%s,\"bogus\":".formatted(secrets),
            "{%s".formatted(secrets.replace("\"postgres\"", "postgres")),
            "{%s}".formatted(secrets.replace("postgresql://", "postgres:/")),
            "{%s}".formatted(secrets.replace("redis://:", "redis://a b:")),
            "{%s}".formatted(secrets.replace("127.0.0.1:1/d", "127.0.0.1:port/d")),
            "{\"postgres\":{\"url\":\"postgresql://h:x/d?password=%s\"}}"
                .formatted(Secret.POSTGRES.text),
            "{\"auth\":{\"adminKey\":\"two %s\"}}".formatted(Secret.ADMIN_KEY.text),
            "{\"auth\":{\"adminKey\":[\"%s\"]}}".formatted(Secret.ADMIN_KEY.text),
            "{\"postgres\":\"postgresql://u:%s@h/d\"}".formatted(Secret.POSTGRES.text));
    for (int i = 0; i < files.size(); i++) {
      Path working = Files.createDirectory(folder.resolve("run" + i));
      Files.writeString(working.resolve("conf.json"), files.get(i));
      Ended ended =
          RunningLogagg.run(working, Map.of("LOGAGG_HTTP_PORT", "0"), "-conf", "conf.json");
      assertEquals(2, ended.status(), files.get(i) + ended.stderr());
      shown.append(ended.stdout()).append(ended.stderr());
    }
    Ended inline = RunningLogagg.run(folder, Map.of(), "-conf", files.get(2));
    assertEquals(2, inline.status());
    shown.append(inline.stdout()).append(inline.stderr());
    assertNothingLeaked();
  }
}
