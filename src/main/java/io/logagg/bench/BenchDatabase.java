package io.logagg.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** What the benchmark asks PostgreSQL itself, past the program that is measured. */
final class BenchDatabase implements AutoCloseable {
  private static final String COUNT =
      "SELECT coalesce((SELECT sum(n) FROM rollups), 0) + coalesce((SELECT sum(n) FROM rollup_deltas), 0)";

  private static final String BYTES =
      """
      SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0) FROM pg_inherits WHERE inhparent = 'logs'::regclass""";

  private static final String COPY_IN =
      """
      COPY logs ("timestamp", seq, received_at, app_id, level, service, message, metadata_, source_id)
      FROM STDIN (FORMAT binary)""";

  private final String url;
  private final Properties credentials = new Properties();
  private final Connection connection;

  BenchDatabase(String url) throws SQLException {
    URI uri = URI.create(url);
    String[] user = uri.getUserInfo().split(":", 2);
    this.url = "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath());
    credentials.setProperty("user", user[0]);
    credentials.setProperty("password", user[1]);
    this.connection = DriverManager.getConnection(this.url, credentials);
  }

  /** How many records are committed. */
  long committed() throws SQLException {
    return number(COUNT);
  }

  /** Bytes of all partitions, indexes included. */
  long bytes() throws SQLException {
    return number(BYTES);
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

  /**
   * Copies rows of {@code logs} into the same table again, with new ids, by COPY in binary form on
   * two connections at once.
   *
   * @return rows a second
   */
  double copyRate(long rows) throws SQLException, IOException, InterruptedException {
    int streams = 2;
    List<byte[]> halves = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      halves.add(copyOut(rows / streams, i * (rows / streams)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(streams);
    try {
      long start = System.nanoTime();
      List<Callable<Long>> tasks =
          halves.stream().<Callable<Long>>map(half -> () -> copyIn(half)).toList();
      long copied = 0;
      for (Future<Long> task : threads.invokeAll(tasks)) {
        copied += task.get();
      }
      return copied * 1e9 / (System.nanoTime() - start);
    } catch (ExecutionException e) {
      throw new IOException("COPY failed", e.getCause());
    } finally {
      threads.shutdown();
    }
  }

  private byte[] copyOut(long count, long offset) throws SQLException, IOException {
    try (var out = new ByteArrayOutputStream(1 << 24)) {
      copyManager(connection)
          .copyOut(
              """
              COPY (SELECT "timestamp", seq + (1::int8 << 61), received_at, app_id, level, service, message, metadata_, source_id
                    FROM logs LIMIT %d OFFSET %d) TO STDOUT (FORMAT binary)"""
                  .formatted(count, offset),
              out);
      return out.toByteArray();
    }
  }

  private long copyIn(byte[] data) throws SQLException, IOException {
    try (Connection own = DriverManager.getConnection(url, credentials);
        InputStream in = new ByteArrayInputStream(data)) {
      return copyManager(own).copyIn(COPY_IN, in, 1 << 16);
    }
  }

  private static CopyManager copyManager(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getCopyAPI();
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

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
