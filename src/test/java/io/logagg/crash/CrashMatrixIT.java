package io.logagg.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.testing.TemporaryFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Runs the crash matrix: a short round of each topology, or rounds for {@code -Dcrash.minutes},
 * from {@code -Dcrash.seed} or one of its own. See docs/reliability.md.
 */
class CrashMatrixIT {
  private static final long SHORT_ROUND_SECONDS = 20;
  private static final long LONG_ROUND_SECONDS = 60;

  /** Written anew after each round, so that a run that was broken off leaves its figures. */
  private static final Path RESULTS = Path.of("target", "crash-matrix.md");

  @Test
  void storesEveryAcknowledgedRecordOnce() throws Exception {
    long minutes = Long.getLong("crash.minutes", 0);
    // The short run draws the same faults each time; the long one looks for what is new.
    long seed = Long.getLong("crash.seed", minutes > 0 ? System.nanoTime() & 0xFFFF_FFFFL : 1);
    System.out.println("crash: seed " + seed);
    Random random = new Random(seed);
    ResultTable table = new ResultTable(seed);
    List<String> findings = new ArrayList<>();
    try (Servers servers = Servers.start(Files.createTempDirectory("logagg-crash"))) {
      if (minutes == 0) {
        for (Topology topology : List.of(Topology.ONE, Topology.TWO)) {
          round(servers, findings, table, topology, random, SHORT_ROUND_SECONDS);
        }
      } else {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
        while (System.nanoTime() - deadline < 0) {
          for (Topology topology : topologies()) {
            round(servers, findings, table, topology, random, LONG_ROUND_SECONDS);
          }
        }
      }
    }
    System.out.println(table.markdown());
    assertEquals(List.of(), findings, "seed " + seed);
  }

  /** All, or the one that was asked for. */
  private static List<Topology> topologies() {
    String only = System.getProperty("crash.topology");
    return only == null ? List.of(Topology.values()) : List.of(Topology.valueOf(only));
  }

  private int rounds;

  private void round(
      Servers servers,
      List<String> findings,
      ResultTable table,
      Topology topology,
      Random random,
      long seconds)
      throws Exception {
    int number = rounds++;
    Path folder = Files.createTempDirectory("logagg-crash-round");
    Round round = new Round(servers, folder, number, topology, new Random(random.nextLong()));
    Verdict verdict = round.run(seconds);
    table.add(topology, verdict, round, seconds);
    Files.writeString(RESULTS, table.markdown());
    System.out.printf("crash: round %d, %s: %s%n", number, topology, verdict);
    if (verdict.findings().isEmpty()) {
      TemporaryFolders.delete(folder);
    } else {
      servers.keepEvidence(folder);
      System.out.println("crash: what is left of this round is in " + folder);
    }
    servers.postgres().forgetRows();
    verdict.findings().forEach(finding -> findings.add("round " + number + ": " + finding));
  }
}
