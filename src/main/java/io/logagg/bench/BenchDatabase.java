package io.logagg.bench;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** What the benchmark asks PostgreSQL itself, past the program that is measured. */
final class BenchDatabase implements AutoCloseable {
  private static final String COUNT =
      "SELECT coalesce((SELECT sum(n) FROM rollups), 0) + coalesce((SELECT sum(n) FROM rollup_deltas), 0)";

  private static final String BYTES =
      """
      SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0) FROM pg_inherits WHERE inhparent = '{table}'::regclass""";

  private static final String AT_REST =
      """
      SELECT (SELECT count(*) FROM (SELECT 1 FROM rollup_deltas LIMIT 1) AS any_delta)
           + (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker')""";

  private final String url;
  private final Properties credentials = new Properties();
  private final Connection connection;

  BenchDatabase(String url) throws SQLException {
    URI uri = URI.create(url);
    String[] user = uri.getUserInfo().split(":", 2);
    this.url = "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath());
    credentials.setProperty("user", user[0]);
    credentials.setProperty("password", user[1]);
    this.connection = connect();
  }

  /** How many records are committed. */
  long committed() throws SQLException {
    return number(COUNT);
  }

  /** Bytes of all partitions, indexes included. */
  long bytes() throws SQLException {
    return number(BYTES.replace("{table}", "logs"));
  }

  /** Bytes of all blocks, indexes included. */
  long blockBytes() throws SQLException {
    return number(BYTES.replace("{table}", "blocks"));
  }

  /** As if nothing had been stored for so long that sealing need not wait. */
  void growOld() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE commits SET stored_at = stored_at - interval '2 hours'");
    }
  }

  /** Whether an order to seal is at its end; to be asked often, as it costs next to nothing. */
  boolean isOrderDone(long id) throws SQLException {
    return number("SELECT count(*) FROM storage_orders WHERE done_at IS NOT NULL AND id = " + id)
        > 0;
  }

  /** Whether nothing is left to be done in the background. */
  boolean isAtRest() throws SQLException {
    return number(AT_REST) == 0;
  }

  /** Another connection to the same database. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url, credentials);
  }

  private long number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** When the row of that time became visible is when this answers true. */
  boolean isVisible(String timestamp) throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT 1 FROM logs WHERE \"timestamp\" = ?::timestamptz")) {
      statement.setString(1, timestamp);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** Settings that say whether a run counts. */
  String durability() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings"
                    + " WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')")) {
      rows.next();
      return rows.getString(1);
    }
  }

  String version() throws SQLException {
    return connection.getMetaData().getDatabaseProductVersion();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
