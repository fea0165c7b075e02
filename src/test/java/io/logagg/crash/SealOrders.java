package io.logagg.crash;

import io.logagg.crash.SealHttp.Answer;
import io.logagg.record.Timestamps;
import io.logagg.testing.Eventually;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Orders to seal and to unseal, and what became of them. For one thread. */
final class SealOrders {
  private static final long LIMIT_SECONDS = 240;

  private final SealHttp http;
  private final PostgresProcess postgres;
  private final Random random;
  private final List<Long> placed = new ArrayList<>();

  SealOrders(SealHttp http, PostgresProcess postgres, Random random) {
    this.http = http;
    this.postgres = postgres;
    this.random = random;
  }

  /**
   * What became of orders.
   *
   * @param moved to blocks, less those that were moved back
   * @param problems of those of which something was left
   */
  record Outcome(int orders, long moved, List<String> problems) {}

  /** All days, and perhaps one or two of them back again, so that each kind of step comes. */
  void place() {
    int sinceDay = SealWork.LAST_DAY + random.nextInt(SealWork.DAYS);
    switch (random.nextInt(4)) {
      case 0 -> {
        order("unseal", sinceDay + 1, sinceDay);
        orderAll("seal");
      }
      case 1 -> {
        orderAll("seal");
        order("unseal", sinceDay + 1, sinceDay - 1);
        orderAll("seal");
      }
      case 2 -> {
        orderAll("unseal");
        orderAll("seal");
      }
      default -> {
        orderAll("seal");
        order("unseal", sinceDay + 1, sinceDay);
      }
    }
  }

  void orderAll(String kind) {
    order(kind, SealWork.LAST_DAY + SealWork.DAYS - 1, SealWork.LAST_DAY - 1);
  }

  private void order(String kind, int sinceDay, int untilDay) {
    Answer answer =
        http.sendUntilAnswered(
            "POST",
            "/api/v1/storage/%s?since=%s&until=%s"
                .formatted(
                    kind,
                    Timestamps.format(SealWork.midnight(sinceDay)),
                    Timestamps.format(SealWork.midnight(untilDay))),
            "");
    if (answer.status() != 202) {
      throw new AssertionError("an order was answered " + answer);
    }
    placed.add(new JsonObject(answer.body()).getLong("id"));
  }

  boolean areDone() throws SQLException {
    try (Connection connection = postgres.connect()) {
      return number(connection, "SELECT count(*) FROM storage_orders WHERE done_at IS NULL") == 0;
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Waits until all are at their end; those placed from now on count anew. */
  Outcome await() throws SQLException {
    Eventually.value(
        "the end of all orders",
        TimeUnit.SECONDS.toNanos(LIMIT_SECONDS),
        () -> {
          try {
            return areDone();
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        },
        done -> done);
    long moved = 0;
    List<String> problems = new ArrayList<>();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT id, kind, records, problem FROM storage_orders")) {
      int found = 0;
      while (rows.next()) {
        if (placed.contains(rows.getLong(1))) {
          found++;
          moved += rows.getString(2).equals("seal") ? rows.getLong(3) : -rows.getLong(3);
          if (rows.getString(4) != null) {
            problems.add(rows.getString(4));
          }
        }
      }
      if (found != placed.size()) {
        problems.add("orders %s: %d are there".formatted(placed, found));
      }
    }
    Outcome outcome = new Outcome(placed.size(), moved, problems);
    placed.clear();
    return outcome;
  }

  /** As if what is stored had been stored long ago. */
  void growOld() throws SQLException {
    sql("UPDATE commits SET stored_at = now() - interval '2 days'");
  }

  /** The same, unless PostgreSQL is away: then it is for the next one. */
  void growOldIfThere() {
    try {
      growOld();
    } catch (SQLException e) {
      System.out.println("seal crash: what was stored late stays young, " + e.getMessage());
    }
  }

  /** As if what is empty had been so for long; only where nobody reads. */
  void emptyGrowsOld() throws SQLException {
    sql("UPDATE sealing SET empty_at = now() - interval '1 hour' WHERE empty_at IS NOT NULL");
  }

  /** As if the time for which a dead process is believed had gone by. */
  void forgetHolder() throws SQLException {
    sql("UPDATE leases SET expires_at = '-infinity' WHERE name = 'sealing'");
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
