package io.logagg.crash;

import io.logagg.crash.SealHttp.Exported;
import io.logagg.crash.SealLedger.Window;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks at all records over and over while they are moved, in each way that there is. */
final class SealReader implements Runnable {
  private final Way way;
  private final SealHttp http;
  private final PostgresProcess postgres;
  private final SealLedger ledger;
  private final Queue<String> findings;
  private final Map<String, Long> looks = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /** How it looks. */
  enum Way {
    EXPORT,
    STATS,
    /** Both tables in one snapshot. */
    TABLES
  }

  SealReader(
      Way way, SealHttp http, PostgresProcess postgres, SealLedger ledger, Queue<String> findings) {
    this.way = way;
    this.http = http;
    this.postgres = postgres;
    this.ledger = ledger;
    this.findings = findings;
  }

  /** How often it saw all, and how often it did not since something was killed. */
  Map<String, Long> looks() {
    return new TreeMap<>(looks);
  }

  void stop() {
    stopping = true;
  }

  @Override
  public void run() {
    while (!stopping) {
      boolean saw;
      try (Window window = ledger.open()) {
        Optional<List<String>> wrong =
            switch (way) {
              case EXPORT -> export(http, window);
              case STATS -> stats(http, window);
              case TABLES -> tables(postgres, window);
            };
        saw = wrong.isPresent();
        wrong.ifPresent(list -> list.forEach(what -> findings.add(way + " meanwhile: " + what)));
      } catch (RuntimeException e) {
        saw = false;
        findings.add(way + " meanwhile: " + e);
      }
      looks.merge(way + (saw ? "" : ", broken off"), 1L, Long::sum);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
    }
  }

  /** What is wrong in an export; empty if it broke off. */
  static Optional<List<String>> export(SealHttp http, Window window) {
    return http.export()
        .map(records -> window.compare(records.stream().map(Exported::content).toList()));
  }

  /** What is wrong in the counts; empty if they did not come. */
  static Optional<List<String>> stats(SealHttp http, Window window) {
    return http.stats().map(stats -> compare(stats, window));
  }

  private static List<String> compare(JsonObject stats, Window window) {
    JsonObject byApp = stats.getJsonObject("by_app");
    long sum = 0;
    List<String> wrong = new ArrayList<>();
    for (String app : SealWork.APPS) {
      long count = byApp.getLong(app, 0L);
      sum += count;
      wrong.addAll(window.compareCount(app, count));
    }
    if (sum != stats.getLong("total")) {
      wrong.add("the apps are not all: " + stats);
    }
    return wrong;
  }

  private static Optional<List<String>> tables(PostgresProcess postgres, Window window) {
    try (Connection connection = postgres.connect()) {
      SealTables tables = SealTables.read(connection);
      List<String> wrong = new ArrayList<>(tables.findings());
      wrong.addAll(window.compare(tables.contents()));
      return Optional.of(wrong);
    } catch (SQLException e) {
      return Optional.empty();
    }
  }
}
