package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.RunningLogagg.Ended;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask a server, as somebody at a terminal uses them. */
class CommandLineIT {
  private static RunningLogagg logagg;
  private static Api api;

  @TempDir private Path folder = Path.of("");
  private int runs;

  @BeforeAll
  static void start() {
    logagg = RunningLogagg.fresh().awaitRedis();
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private Path newFolder() {
    try {
      return Files.createDirectory(folder.resolve("run" + ++runs));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> environment(Map<String, String> more) {
    Map<String, String> all = new HashMap<>();
    all.put("LOGAGG_SERVER", logagg.base());
    all.put("XDG_STATE_HOME", folder.toAbsolutePath().resolve("state").toString());
    all.putAll(more);
    return all;
  }

  private Ended run(String... args) {
    return runWith(Map.of(), args);
  }

  private Ended runWith(Map<String, String> more, String... args) {
    return RunningLogagg.run(newFolder(), environment(more), args);
  }

  private static String succeeded(Ended ended) {
    assertEquals(0, ended.status(), ended.stdout() + ended.stderr());
    return ended.stdout();
  }

  private static void failed(int status, String says, Ended ended) {
    assertEquals(status, ended.status(), ended.stdout() + ended.stderr());
    assertEquals(1, ended.stderr().lines().count(), ended.stderr());
    assertTrue(ended.stderr().startsWith("logagg: "), ended.stderr());
    assertTrue(ended.stderr().contains(says), ended.stderr());
  }

  private Path gzip(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  @Test
  void aNewcomerBringsARotatedFileInAndLooksAtIt() throws IOException {
    Path file =
        gzip(
            "shop.log.2.gz",
            """
            java.lang.IllegalStateException: no such cart
            \tat shop.Carts.find(Carts.java:12)
            evil \u001B]0;owned\u0007 title
            server started
            """);
    String imported = succeeded(run("import", "--app", "newcomer", file.toString()));
    assertTrue(imported.startsWith(file + ": 3 records imported, "), imported);
    api.awaitMessages(
        "newcomer",
        List.of(
            "evil \u001B]0;owned\u0007 title",
            "java.lang.IllegalStateException: no such cart\n\tat shop.Carts.find(Carts.java:12)",
            "server started"));
    String again = succeeded(run("import", "--app", "newcomer", file.toString()));
    assertTrue(again.contains("nothing new; 4 lines were imported before"), again);

    String text =
        succeeded(runWith(Map.of("COLUMNS", "80"), "query", "-a", "newcomer", "-o", "text"));
    assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    assertTrue(text.contains(" INFO  newcomer server started\n"), text);
    assertTrue(text.contains("\\x1b]0;owned\\x07"), text);
    assertFalse(text.contains("\u001B"), text);

    List<JsonNode> piped = lines(succeeded(run("query", "cart OR started", "--app", "newcomer")));
    assertEquals(
        List.of(
            "java.lang.IllegalStateException: no such cart\n\tat shop.Carts.find(Carts.java:12)",
            "server started"),
        Api.texts(piped, "message"));

    Path out = folder.resolve("out.ndjson.gz");
    succeeded(run("export", "--app", "newcomer", "--output-file", out.toString()));
    Path plain = folder.resolve("out.csv");
    succeeded(run("export", "--app", "newcomer", "--format", "csv", "-f", plain.toString()));
    assertTrue(Files.readString(plain).startsWith("id,timestamp,"), Files.readString(plain));
    failed(2, "is there already", run("export", "-a", "newcomer", "-f", plain.toString()));
    assertEquals(
        succeeded(run("export", "--app", "newcomer")),
        logagg.get("/api/v1/logs?order=asc&app=newcomer", "Accept", Api.NDJSON).body());
    // What was exported can be imported, as another app's records no less.
    String back = succeeded(run("import", out.toString()));
    assertTrue(back.contains(": 3 records imported"), back);
  }

  private static List<JsonNode> lines(String ndjson) {
    return ndjson.lines().map(Api::parse).toList();
  }

  @Test
  void anImportThatIsKilledGoesOnAndStoresEachRecordOnce() throws Exception {
    int records = 800_000;
    Path file =
        gzip(
            "killed.ndjson.gz",
            IntStream.range(0, records)
                .mapToObj(i -> "{\"app\":\"killed\",\"message\":\"record %d\"}\n".formatted(i))
                .collect(Collectors.joining()));
    for (int kills = 1; kills <= 3; kills++) {
      Path own = newFolder();
      Process process =
          RunningLogagg.launch(
              own,
              FreePorts.next(),
              environment(Map.of()),
              "import",
              "--connections",
              "1",
              file.toString());
      long before = stored("killed");
      long wanted = before + 20_000;
      while (process.isAlive() && stored("killed") < wanted) {
        Thread.onSpinWait();
      }
      assertTrue(process.isAlive(), "it must be killed in the middle: " + out(own));
      process.destroyForcibly().waitFor();
    }
    String rest = succeeded(run("import", file.toString()));
    assertTrue(rest.contains(" lines of before"), rest);
    List<String> expected =
        IntStream.range(0, records).mapToObj(i -> "record " + i).sorted().toList();
    Eventually.value("all records", () -> stored("killed"), count -> count >= records);
    Path out = folder.resolve("killed.out");
    succeeded(run("export", "--app", "killed", "-f", out.toString()));
    try (var exported = Files.lines(out)) {
      assertEquals(
          expected,
          exported.map(line -> Api.parse(line).path("message").asText()).sorted().toList());
    }
  }

  private static String out(Path own) throws IOException {
    return Files.readString(own.resolve("out.log")) + Files.readString(own.resolve("err.log"));
  }

  private static long stored(String app) {
    return api.get("/api/v1/stats?app=" + app).path("total").asLong();
  }

  @Test
  void linesThatCannotBeUsedAreNamedAndKept() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      text.append("{\"app\":\"rejects\",\"message\":\"m%d\"}\n".formatted(i));
    }
    text.append("{\"app\":\"rejects\"}\n{\"app\":\n");
    Path file = Files.writeString(folder.resolve("r.ndjson"), text.toString());
    Path kept = folder.resolve("kept.ndjson");
    Ended ended = run("import", file.toString(), "--rejects", kept.toString());
    assertEquals(1, ended.status(), ended.stderr());
    assertTrue(ended.stdout().contains("50 records imported, 2 cannot be used"), ended.stdout());
    assertTrue(ended.stderr().contains(file + ":51: message is missing"), ended.stderr());
    assertTrue(ended.stderr().contains(file + ":52: "), ended.stderr());
    assertEquals("{\"app\":\"rejects\"}\n{\"app\":\n", Files.readString(kept));
  }

  @Test
  void whatIsWrongIsOneLine() {
    Map<String, String> nobody = Map.of("LOGAGG_SERVER", "http://127.0.0.1:" + FreePorts.next());
    List<List<String>> all =
        List.of(
            List.of("query"),
            List.of("tail"),
            List.of("export"),
            List.of("import", "--app", "a", "-"));
    for (List<String> command : all) {
      failed(1, "cannot connect to", runWith(nobody, command.toArray(String[]::new)));
    }
    failed(2, "q, column 8: ", run("query", "level:("));
    failed(2, "since", run("query", "--since", "yesterday"));
    failed(2, "--limit", run("query", "--limit", "0"));
    failed(2, "Unknown option", run("query", "--nope"));
    failed(2, "--server", run("tail", "--server", "ftp://x"));
    failed(1, "no such file", run("import", "--app", "a", "nowhere.log"));
    failed(2, "--key-file", run("query", "--key-file", "nowhere"));
  }

  @Test
  void aConfigurationIsCheckedWithoutAStart() {
    assertEquals("the configuration is good\n", succeeded(run("check-config")));
    failed(
        2, "http.instances is 999", run("check-config", "-conf", "{\"http\":{\"instances\":999}}"));
    failed(
        2,
        "http.tls.certPath",
        run(
            "check-config",
            "-conf",
            "{\"http\":{\"tls\":{\"certPath\":\"/nowhere\",\"keyPath\":\"/nowhere\"}}}"));
    String shown =
        succeeded(
            runWith(
                Map.of("DATABASE_URL", "postgresql://u:hidden@h:5432/d"),
                "check-config",
                "--show",
                "-conf",
                "{\"stream\":{\"key\":\"other\"}}"));
    assertFalse(shown.contains("hidden"), shown);
    List<String> lines = shown.lines().toList();
    assertTrue(lines.contains("stream.key = \"other\" (inline JSON)"), shown);
    assertTrue(lines.contains("http.instances = 2 (default)"), shown);
    assertTrue(
        lines.stream().anyMatch(l -> l.startsWith("postgres.url") && l.endsWith("(DATABASE_URL)")),
        shown);
  }

  @Test
  void everyCommandTellsOfItself() {
    List<String> commands =
        new ArrayList<>(
            List.of("query", "tail", "import", "export", "check-config", "keys", "check"));
    String all = succeeded(run("--help"));
    for (String command : commands) {
      assertTrue(all.contains("  " + command + " "), command + " in " + all);
      assertTrue(succeeded(run(command, "--help")).contains("Usage: "), command);
    }
    assertTrue(succeeded(run("--version")).startsWith("logagg "));
    assertTrue(succeeded(run("completion", "bash")).contains("complete -F _complete_logagg"));
  }
}
