package io.logagg.hostile;

import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TemporaryFolders;
import io.logagg.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The logagg under attack, and what can be seen of it from outside: rows, heap, memory, log. */
final class Target implements AutoCloseable {
  private static final Pattern HEAP_USED = Pattern.compile("used (\\d+)K");
  private static final Pattern TROUBLE =
      Pattern.compile("^(\\s+at .*|Caused by: .*|.* ERROR .*|.* WARN +Problems .*)$");

  private final TestDatabase database = TestDatabase.open();
  private final Path folder;
  private final RunningLogagg logagg;

  private Target(Map<String, String> environment) {
    try {
      folder = Files.createTempDirectory("logagg-hostile");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> all = new HashMap<>(environment);
    all.put("DATABASE_URL", database.servers().postgresUrl());
    all.put("REDIS_URL", database.servers().redisUrl());
    logagg = RunningLogagg.start(folder, all);
  }

  static Target start(Map<String, String> environment) {
    return new Target(environment);
  }

  RunningLogagg logagg() {
    return logagg;
  }

  Api api() {
    return new Api(logagg);
  }

  int port() {
    return URI.create(logagg.base()).getPort();
  }

  /** How many rows the apps have that are not this one. */
  long rowsBesides(String app) {
    return database.number(
        "SELECT count(*) FROM logs l JOIN apps a ON a.id = l.app_id WHERE a.name <> '" + app + "'");
  }

  long rowsOf(String app) {
    return database.number(
        "SELECT count(*) FROM logs l JOIN apps a ON a.id = l.app_id WHERE a.name = '" + app + "'");
  }

  /** A record goes the whole way, as for anybody else. */
  void assertServes(String app) {
    api().ingestLines(List.of(Api.record(app, "still here")));
    Eventually.value("the record of " + app, () -> rowsOf(app), rows -> rows == 1);
    Api.expect(200, logagg.get("/health"));
  }

  /** Bytes of heap in use after a collection. */
  long heapBytes() {
    jcmd("GC.run");
    Matcher used = HEAP_USED.matcher(jcmd("GC.heap_info"));
    if (!used.find()) {
      throw new AssertionError("no heap size told");
    }
    return Long.parseLong(used.group(1)) << 10;
  }

  /** The most memory the process has had, in bytes; 0 where the system does not tell. */
  long peakResidentBytes() {
    Path status = Path.of("/proc", Long.toString(logagg.process().pid()), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (var lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Errors and stack traces in its log. */
  List<String> troubleInLog() {
    return logagg.stderr().lines().filter(line -> TROUBLE.matcher(line).matches()).toList();
  }

  long logLines() {
    return logagg.stderr().lines().count();
  }

  private String jcmd(String command) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process process =
          new ProcessBuilder(jcmd, Long.toString(logagg.process().pid()), command)
              .redirectErrorStream(true)
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError("jcmd " + command + ": " + out);
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    logagg.close();
    database.close();
    TemporaryFolders.delete(folder);
  }
}
