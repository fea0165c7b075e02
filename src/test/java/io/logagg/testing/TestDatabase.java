package io.logagg.testing;

import static io.logagg.testing.TestServers.await;

import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An emptied PostgreSQL with the schema in it, and a second way in to look at it with plain SQL.
 */
public final class TestDatabase implements AutoCloseable {
  public static final long WRITE_TIMEOUT_MS = 5000;

  private final TestServers servers;
  private final Vertx vertx = Vertx.vertx();
  private final Database database;
  private final PgConnection connection;

  private TestDatabase(TestServers servers, long writeTimeoutMs) {
    this.servers = servers;
    this.database = open(vertx, servers.postgresUrl(), writeTimeoutMs);
    this.connection = await(PgConnection.connect(vertx, servers.postgresUrl()));
    await(connection.query("SET TIME ZONE 'UTC'").execute());
    await(database.ready());
  }

  public static TestDatabase open() {
    return open(WRITE_TIMEOUT_MS);
  }

  /** With another limit for statements that write. */
  public static TestDatabase open(long writeTimeoutMs) {
    return new TestDatabase(TestServers.reset(), writeTimeoutMs);
  }

  private static Database open(Vertx vertx, String url, long writeTimeoutMs) {
    return Database.open(
        vertx, new PostgresSettings(url, 4, WRITE_TIMEOUT_MS, writeTimeoutMs, new Random(1)));
  }

  public Vertx vertx() {
    return vertx;
  }

  public Database database() {
    return database;
  }

  public TestServers servers() {
    return servers;
  }

  /** Runs SQL on a connection of the test's own. */
  public RowSet<Row> sql(String sql) {
    return await(connection.query(sql).execute());
  }

  /** The one number that the SQL answers. */
  public long number(String sql) {
    return ((Number) sql(sql).iterator().next().getValue(0)).longValue();
  }

  /** The first column of all rows, as text. */
  public List<String> texts(String sql) {
    List<String> values = new ArrayList<>();
    sql(sql).forEach(row -> values.add(String.valueOf(row.getValue(0))));
    return values;
  }

  /** A further connection, to be closed with the rest. */
  public PgConnection connect() {
    return await(PgConnection.connect(vertx, servers.postgresUrl()));
  }

  /** The same for another role. */
  public PgConnection connect(String user, String password) {
    PgConnectOptions options =
        PgConnectOptions.fromUri(servers.postgresUrl()).setUser(user).setPassword(password);
    return await(PgConnection.connect(vertx, options));
  }

  /** What the rollups say, in all, less what the rows say; per minute, app, level and service. */
  public long wrongRollups() {
    return number(
        """
        SELECT count(*) FROM (
          SELECT minute, app_id, level, service, sum(n) FROM (
            SELECT * FROM rollups UNION ALL SELECT * FROM rollup_deltas
            UNION ALL SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, -1 FROM logs
          ) AS all_counts GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0) AS wrong""");
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
