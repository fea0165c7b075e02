package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.block.BlockRow;
import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.record.Timestamps;
import io.logagg.seal.SealedBlock;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.RunningLogagg.Ended;
import io.logagg.testing.TestBlocks;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code check}, as an operator uses it. */
final class CheckCommandIT {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 5);

  @TempDir private Path folder = Path.of("");
  private int runs;

  private Ended check(Map<String, String> environment, String... args) {
    try {
      Path own = Files.createDirectory(folder.resolve("run" + ++runs));
      return RunningLogagg.run(
          own,
          environment,
          Stream.concat(Stream.of("check"), Stream.of(args)).toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SealedBlock block(LocalDate day, int records) {
    long micros = Timestamps.micros(day.atStartOfDay().toInstant(ZoneOffset.UTC));
    List<BlockRow> rows =
        IntStream.range(0, records)
            .mapToObj(
                i -> new BlockRow(micros + i, i, micros, 1, "INFO", "", "message " + i, "{}", ""))
            .toList();
    return SealedBlock.of(rows);
  }

  private static void ended(int status, String stdout, Ended ended) {
    assertEquals(stdout, ended.stdout(), ended.stderr());
    assertEquals(status, ended.status(), ended.stderr());
    assertEquals("", ended.stderr());
  }

  private static void refused(Ended ended, String says) {
    assertEquals(2, ended.status(), ended.stdout() + ended.stderr());
    assertEquals(1, ended.stderr().lines().count(), ended.stderr());
    assertTrue(ended.stderr().contains(says), ended.stderr());
    assertEquals("", ended.stdout());
  }

  @Test
  void goodBlocksPassAndDamagedOnesAreNamed() {
    TestServers servers = TestServers.reset();
    Map<String, String> environment = Map.of("DATABASE_URL", servers.postgresUrl());
    ended(0, "0 blocks with 0 records: all are good\n", check(environment));
    for (int i = 0; i < 3; i++) {
      TestBlocks.insert(servers, DAY.plusDays(i), block(DAY.plusDays(i), 1000));
    }
    String conf = "{\"postgres\":{\"url\":\"%s\"}}".formatted(servers.postgresUrl());
    ended(0, "3 blocks with 3000 records: all are good\n", check(Map.of(), "-conf", conf));
    servers.sql(
        "UPDATE blocks SET messages = substr(messages, 2), levels = '{WARN}' WHERE since::date = '2026-03-06'");
    ended(
        1,
        """
        block 2026-03-06T00:00Z/0: messages: MESSAGES has another checksum
        block 2026-03-06T00:00Z/0: levels are [WARN], its records have [INFO]
        3 blocks with 3000 records: 1 damaged
        """,
        check(environment));
  }

  @Test
  void whatIsWrongIsOneLine() {
    int port = FreePorts.next();
    Map<String, String> away =
        Map.of("DATABASE_URL", "postgresql://u:hidden@127.0.0.1:%d/d".formatted(port));
    refused(check(away), "PostgreSQL is away");
    refused(check(Map.of(), "-conf", "nowhere.json"), "nowhere.json");
    refused(check(Map.of(), "--all"), "--all");
  }

  @Test
  void anEmbeddedPostgresMustRun() throws InterruptedException {
    Path data = folder.resolve("data");
    Map<String, String> environment = Map.of("LOGAGG_EMBEDDED_DATA_DIR", data.toString());
    refused(check(environment), "no embedded PostgreSQL runs in data folder " + data);
    try (EmbeddedServers servers =
        new EmbeddedServers(new EmbeddedOptions(data, true, false, 0, 0))) {
      servers.start();
      ended(0, "0 blocks with 0 records: all are good\n", check(environment));
    }
  }
}
