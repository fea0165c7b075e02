package io.logagg.config;

import static io.logagg.config.Loading.assertOneProblem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigLoaderTest {
  private static Loading loading;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    loading = new Loading();
  }

  @AfterAll
  static void close() {
    loading.close();
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("conf.json"), text).toString();
  }

  private static String shipped(String name) {
    return Path.of("src/main/resources/conf", name).toString();
  }

  @Test
  void shouldNeedNoFile() {
    LoadedConfig loaded = loading.load(null, Map.of());
    assertEquals(Config.defaults(), loaded.config());
    assertEquals(List.of(), loaded.warnings());
  }

  @Test
  void shouldHaveTheContractsDefaults() {
    Config c = Config.defaults();
    assertEquals(
        new HttpConfig(
            "127.0.0.1",
            8000,
            2,
            1073741824,
            33554432,
            1048576,
            30000,
            32,
            100,
            10000,
            75000,
            100,
            List.of(),
            List.of(),
            new TlsConfig(null, null)),
        c.http());
    assertEquals(new PostgresConfig(null, 4, 30000, 30000), c.postgres());
    assertEquals(new RedisConfig(null, 2000), c.redis());
    assertEquals(
        new StreamConfig("logs:stream", "ingest-group", "logs:dlq", 1, 500, 5000000), c.stream());
    assertEquals(new ConsumerConfig(2, 1000, 200, 30000, 5), c.consumer());
    assertEquals(new PersistenceConfig(2, 4), c.persistence());
    assertEquals(new DlqConfig(1000000, 1073741824, 10000), c.dlq());
    assertEquals(new DedupeConfig(600000), c.dedupe());
    assertEquals(
        new FieldsConfig(
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of()),
        c.fields());
    assertEquals(new RedactionConfig(List.of(), List.of(), List.of()), c.redaction());
    assertEquals(new StorageConfig(List.of("trace_id", "request_id"), 24), c.storage());
    assertEquals(new RetentionConfig(0, 2, 0), c.retention());
    assertEquals(new AuthConfig(false, null, false), c.auth());
    assertEquals(new SyslogConfig("127.0.0.1", 0, 0, 0, "syslog", null, true, 1000), c.syslog());
    assertEquals(new GelfConfig("127.0.0.1", 0, 0, 1000), c.gelf());
    assertEquals(new MetricsConfig("127.0.0.1", 0), c.metrics());
    assertEquals(new EmbeddedConfig("./logagg-data", 0, 0, 536870912), c.embedded());
    assertEquals(new ShutdownConfig(20000), c.shutdown());
    assertEquals(new TelemetryConfig(null, 0.01, null, "INFO"), c.telemetry());
    assertEquals(new AlertsConfig(15_000, 10_000, 24, List.of(), null), c.alerts());
  }

  @Test
  void shouldShipTheDefaultsAsAFile() throws IOException {
    String conf = shipped("default.json");
    assertEquals(Config.defaults(), loading.load(conf, Map.of()).config());
    JsonObject json = new JsonObject(Files.readString(Path.of(conf)));
    for (ConfigKey key : ConfigTable.KEYS) {
      JsonObject section = json;
      String[] names = key.path().split("\\.", -1);
      for (int i = 0; i < names.length - 1; i++) {
        section = section.getJsonObject(names[i]);
      }
      assertTrue(section.containsKey(names[names.length - 1]), key.path() + " is missing");
    }
  }

  @Test
  void shouldShipFilesForSplitRoles() {
    Config api = loading.load(shipped("api.json"), Map.of()).config();
    assertEquals(2, api.http().instances());
    assertEquals(0, api.consumer().instances());
    assertEquals(1, api.persistence().instances());
    assertFalse(api.postgres().isEmbedded());
    Config worker = loading.load(shipped("worker.json"), Map.of()).config();
    assertEquals(0, worker.http().instances());
    assertEquals(2, worker.consumer().instances());
    assertEquals(2, worker.persistence().instances());
    assertEquals(api.redis(), worker.redis());
  }

  @Test
  void shouldSayWhereEachValueIsFromAndHideSecrets() throws IOException {
    String json =
        "{\"stream\": {\"group\": \"g\"}, \"auth\": {\"adminKey\": \"0123456789abcdefg\"}}";
    Map<String, String> environment = Map.of("DATABASE_URL", "postgresql://u:hidden@h/d");
    LoadedConfig loaded = loading.load(json, environment);
    assertEquals(
        new Setting("stream.group", "\"g\"", "inline JSON"), setting(loaded, "stream.group"));
    assertEquals(new Setting("http.instances", "2", ""), setting(loaded, "http.instances"));
    Setting url = setting(loaded, "postgres.url");
    assertEquals("DATABASE_URL", url.origin());
    assertFalse(url.value().contains("hidden"), url.value());
    assertFalse(loaded.settings().toString().contains("0123456789"));
    assertEquals(List.of(), loading.load(null, Map.of("LOGAGG_SERVER", "x")).warnings());
  }

  private static Setting setting(LoadedConfig loaded, String path) {
    return loaded.settings().stream()
        .filter(setting -> setting.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldReadFileAndInlineJsonAlike() throws IOException {
    String json = " {\"http\": {\"port\": 0}, \"stream\": {\"group\": \"Gruppe ä\"}}";
    LoadedConfig inline = loading.load(json, Map.of());
    assertEquals(inline.config(), loading.load(file(json), Map.of()).config());
    assertEquals(0, inline.config().http().port());
    assertEquals("Gruppe ä", inline.config().stream().group());
    assertEquals(Config.defaults(), loading.load(file("{}"), Map.of()).config());
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void shouldReadAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    CompletableFuture<Path> written =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.writeString(pipe, "{\"http\": {\"port\": 9001}}");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    assertEquals(9001, loading.load(pipe.toString(), Map.of()).config().http().port());
    written.join();
  }

  @Test
  void shouldNameAMissingFile() {
    String conf = folder.resolve("absent.json").toString();
    assertOneProblem(
        loading.problems(conf, Map.of()), "-conf is \"" + conf, "no such file, looked for /");
    assertOneProblem(loading.problems(folder.toString(), Map.of()), "-conf is ", "is a folder");
    assertOneProblem(loading.problems("nul\0.json", Map.of()), "-conf is ", "must be the path");
    assertOneProblem(loading.problems("", Map.of()), "-conf is ", "");
  }

  static List<Arguments> brokenJson() {
    return List.of(
        Arguments.of("{\"http\": {", "line 1, column"),
        Arguments.of("{\n  \"http\" 5}", "line 2, column 10"),
        Arguments.of("{} {}", "line 1, column 4: only white space may follow the object"),
        Arguments.of("[1]", "the outermost value is no object"),
        Arguments.of("null", "must be a JSON object, not null"),
        Arguments.of("{\"http\": {\"port\": 1, \"port\": 2}}", "Duplicate field 'port'"),
        Arguments.of("{\"auth\": {\"adminKey\": hunter2}}", "line 1, column"),
        Arguments.of("", "must be a JSON object such as {}, not empty"));
  }

  @ParameterizedTest
  @MethodSource("brokenJson")
  void shouldSayWhereTheFileIsNoJson(String json, String part) throws IOException {
    List<String> problems = loading.problems(file(json), Map.of());
    assertOneProblem(problems, "-conf is ", part);
    assertFalse(problems.get(0).contains("hunter2"), problems::toString);
    if (json.startsWith("{")) {
      assertOneProblem(loading.problems(json, Map.of()), "-conf is inline JSON: ", part);
    }
  }

  @Test
  void shouldRejectAHugeFile() throws IOException {
    String fill = " ".repeat((1 << 20) - 2);
    assertEquals(Config.defaults(), loading.load(file("{}" + fill), Map.of()).config());
    assertOneProblem(
        loading.problems(file("{}" + fill + " "), Map.of()), "-conf is ", "1048576 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "http.prot, did you mean http.port?",
    "http.max_body_bytes, did you mean http.maxBodyBytes?",
    "port, did you mean http.port?",
    "redis.poolSize, did you mean postgres.poolSize?",
    "htpp, did you mean http?",
    "shutdown.colour, must be one of shutdown.timeoutMs",
    "colours, 'must be one of http, postgres, redis, stream, '"
  })
  void shouldSuggestAKeyForAnUnknownOne(String path, String advice) {
    String json = "{\"" + path.replace(".", "\":{\"") + "\":1" + (path.contains(".") ? "}}" : "}");
    assertOneProblem(loading.problems(json, Map.of()), path + " is not a known key: ", advice);
  }

  @Test
  void shouldNotIgnoreAPathThatIsWrittenAsOneName() {
    assertOneProblem(
        loading.problems("{\"http.port\": 1}", Map.of()),
        "http.port is not a known key: ",
        "an object in an object");
    assertOneProblem(
        loading.problems("{\"http\": {\"tls.keyPath\": \"k\"}}", Map.of()),
        "http.tls.keyPath is not a known key: ",
        "");
  }

  @Test
  void shouldNotShowTheValueOfAnUnknownKey() {
    assertFalse(loading.problemsOf("auth.adminkey", "hunter2").get(0).contains("hunter2"));
    String longName = "x\n".repeat(10_000);
    assertTrue(loading.problemsOf(longName, 1).get(0).length() < 400);
  }

  @Test
  void shouldRejectASectionThatIsNoObjectEvenWhereTheEnvironmentSetsItsKeys() {
    for (Object wrong : new Object[] {5, "text", new JsonArray()}) {
      assertEquals(
          List.of("http is no object: must be an object with keys in it"),
          loading.problems(
              Loading.jsonWith("http", wrong).encode(), Map.of("LOGAGG_HTTP_PORT", "9000")));
    }
    assertOneProblem(loading.problemsOf("http.tls", null), "http.tls is no object", "");
  }

  @Test
  void shouldReportManyProblemsInOneLine() {
    ConfigException e =
        loading.refusal(
            """
            {"http": {"port": 70000, "prot": 1, "host": "0.0.0.0"}, "redis": {"url": "http://r"},
             "stream": {"key": " ", "shards": "2"}, "auth": {"enabled": "no"}, "bogus": {"a": {"b": 1}}}
            """,
            Map.of("LOGAGG_CONSUMER_BLOCK_MS", "0", "DATABASE_URL", "mysql://u:hunter2@h/d"));
    assertEquals(
        List.of(
            "http.prot",
            "bogus",
            "http.port",
            "postgres.url",
            "redis.url",
            "stream.key",
            "stream.shards",
            "consumer.blockMs",
            "auth.enabled"),
        e.problems().stream().map(ConfigProblem::key).toList());
    assertEquals(1, e.getMessage().lines().count());
    e.problems().forEach(problem -> assertTrue(e.getMessage().contains(problem.toString())));
    assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
    assertTrue(e.getMessage().startsWith("Configuration (inline JSON): "), e.getMessage());
  }

  @Test
  void shouldReportTheEnvironmentTooWhereTheFileIsUnusable() {
    List<String> problems =
        loading.problems(
            "absent.json", Map.of("LOGAGG_HTTP_PORT", "-1", "LOGAGG_HTTP_HOST", "0.0.0.0"));
    assertEquals(2, problems.size(), problems::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fourteen chars",
        "only14chars-ok",
        "a key with blanks",
        "schlüssel-schlüssel",
        "a\tb-a\tb-a\tb-a\tb-a\tb"
      })
  void shouldMaskSecrets(String key) {
    assertOneProblem(
        loading.problemsOf("auth.adminKey", key), "auth.adminKey is ***: ", "printable ASCII");
    assertOneProblem(loading.problemsOf("auth.adminKey", 1234), "auth.adminKey is ***: ", "string");
  }

  @Test
  void shouldNotRevealSecretsAsText() {
    String text =
        loading
            .load(
                null,
                Map.of(
                    "DATABASE_URL", "postgres://u:hunter2@h/d",
                    "REDIS_URL", "redis://:hunter2@h/1",
                    "LOGAGG_AUTH_ADMIN_KEY", "hunter2-hunter2"))
            .toString();
    assertFalse(text.contains("hunter2"), text);
    assertTrue(text.contains("postgres://u:***@h/d"), text);
    assertTrue(Config.defaults().toString().contains("adminKey=null"));
    assertEquals("embedded", Config.defaults().postgres().displayName());
    assertEquals("embedded", Config.defaults().redis().displayName());
  }
}
