package io.logagg.postgres;

import io.logagg.telemetry.Metrics;
import io.vertx.core.Vertx;

/** Shows whether PostgreSQL answers, how the pools are used, and what stood in each other's way. */
public final class PostgresMeters {
  private static final long PERIOD_MS = 5000;
  private static final long PING_LIMIT_MS = 1500;

  private final Database database;
  private volatile boolean up;
  private volatile boolean asking;

  private PostgresMeters(Database database) {
    this.database = database;
  }

  /** Starts on the calling verticle's context, and ends with it. */
  public static void start(Vertx vertx, Database database, Metrics metrics) {
    PostgresMeters meters = new PostgresMeters(database);
    metrics.gauge(
        "logagg.postgres.up", "Whether PostgreSQL answered a moment ago", () -> meters.up ? 1 : 0);
    database.pools().forEach(pool -> show(pool, metrics));
    metrics.retries("postgres", "conflict", database::conflicts);
    vertx.setPeriodic(0, PERIOD_MS, id -> meters.ask());
  }

  private static void show(ConnectionPool pool, Metrics metrics) {
    String name = "logagg.postgres.connections";
    String help = "Connections of the pools";
    metrics.gauge(name, help, pool::inUse, "pool", pool.name(), "state", "in_use");
    metrics.gauge(name, help, pool::idle, "pool", pool.name(), "state", "idle");
    metrics.gauge(
        "logagg.postgres.limit.connections",
        "How many connections a pool may have",
        pool::maxConnections,
        "pool",
        pool.name());
    metrics.gauge(
        "logagg.postgres.waiting.calls",
        "Calls that wait for a connection",
        pool::waiting,
        "pool",
        pool.name());
  }

  private void ask() {
    if (asking) {
      return; // It waits for a connection, and what is known is from before.
    }
    asking = true;
    database
        .ping(PING_LIMIT_MS)
        .onComplete(
            answer -> {
              asking = false;
              up = answer.succeeded();
            });
  }
}
