package io.logagg.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.logagg.crash.SealMoment.Step;
import io.logagg.testing.Eventually;
import io.logagg.testing.TemporaryFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Kills logagg and PostgreSQL, {@code -Dseal.kills} times, while records are sealed, unsealed,
 * joined, deleted and changed; from {@code -Dseal.seed} or, where there are many kills, one of its
 * own. See docs/reliability.md.
 */
class SealCrashIT {
  private static final int FEW = 2;
  private static final int KILLS_OF_A_ROUND = 5;

  /** Written anew after each round, so that a run that was broken off leaves its figures. */
  private static final Path RESULTS = Path.of("target", "seal-crash.md");

  private static final Path LOG = Path.of("target", "seal-crash.log");

  private final long begin = System.nanoTime();
  private Path folder = Path.of("");
  private Servers servers;
  private LogaggProcess one;
  private LogaggProcess other;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createTempDirectory("logagg-seal-crash");
    servers = Servers.start(folder.resolve("servers"));
    Map<String, String> environment = new HashMap<>(servers.environment());
    environment.put("LOGAGG_STORAGE_SEAL_AFTER_HOURS", "0");
    one = new LogaggProcess(folder.resolve("one"), environment);
    other = new LogaggProcess(folder.resolve("other"), environment);
    one.start();
  }

  @AfterEach
  void stop() {
    for (LogaggProcess process : List.of(one, other)) {
      if (process.isAlive()) {
        process.kill();
      }
    }
    servers.close();
    TemporaryFolders.delete(folder);
  }

  @Test
  void everyRecordIsSeenOnceWhateverDies() throws Exception {
    int kills = Integer.getInteger("seal.kills", FEW);
    long seed = Long.getLong("seal.seed", kills > FEW ? System.nanoTime() & 0xFFFF_FFFFL : 1);
    System.out.println("seal crash: seed " + seed);
    SealTable table = new SealTable(seed);
    SealRound round = new SealRound(servers, one, new Random(seed), table);
    round.begin();
    while (table.kills() < kills && round.findings().isEmpty()) {
      int now = Math.min(KILLS_OF_A_ROUND, kills - table.kills());
      round.run(now);
      Files.writeString(RESULTS, markdown(table, round));
    }
    table.add(round.done());
    System.out.println(markdown(table, round));
    if (!round.findings().isEmpty()) {
      Files.writeString(LOG, one.log());
    }
    assertEquals(List.of(), round.findings(), () -> "seed " + seed + ", its log is " + LOG);
    assertEquals(kills, table.kills());
  }

  private String markdown(SealTable table, SealRound round) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
    return table.markdown(seconds, round.findings().size());
  }

  /** It takes as long as the dead one is believed, so it is left out of the short run. */
  @Test
  @EnabledIfSystemProperty(named = "seal.kills", matches = "[1-9][0-9]+")
  void anotherProcessGoesOnWhereOneWasKilled() throws Exception {
    SealRound round = new SealRound(servers, one, new Random(1), new SealTable(1));
    round.begin();
    for (int i = 0; i < 30; i++) {
      round.orders().orderAll("seal");
      round.orders().orderAll("unseal");
    }
    round.orders().orderAll("seal");
    try (SealMoment moment = new SealMoment(servers.postgres().connect())) {
      // Only the first can have the lease, and it keeps it until all is done.
      awaitStep(moment);
      other.start();
      SealRound.awaitAnswer(new SealHttp(other.base()));
      awaitStep(moment);
      one.kill();
      long killed = System.nanoTime();
      Eventually.value("the end of its step", () -> now(moment), Optional::isEmpty);
      awaitStep(moment);
      System.out.printf(
          "seal crash: the other went on after %d ms%n",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed));
    }
    assertFalse(one.isAlive());
    assertEquals(List.of(), round.orders().await().problems());
    one.start();
    SealRound.awaitAnswer(new SealHttp(one.base()));
    round.compareAll();
    assertEquals(List.of(), round.findings());
  }

  private static void awaitStep(SealMoment moment) {
    Eventually.value(
        "a step", TimeUnit.SECONDS.toNanos(180), () -> now(moment), Optional::isPresent);
  }

  private static Optional<Step> now(SealMoment moment) {
    try {
      return moment.now();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
