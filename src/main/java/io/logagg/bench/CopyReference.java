package io.logagg.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * What PostgreSQL alone can take: rows of {@code logs} are copied into the same table again, with
 * new ids, by COPY in binary form.
 */
final class CopyReference {
  private static final int STREAMS = 2;

  private static final String COPY_IN =
      """
      COPY logs ("timestamp", seq, received_at, app_id, level, service, message, metadata_, source_id)
      FROM STDIN (FORMAT binary)""";

  private final BenchDatabase database;

  CopyReference(BenchDatabase database) {
    this.database = database;
  }

  /** Rows a second, on two connections at once. To be measured once a database. */
  double rowsPerSecond(long rows) throws SQLException, IOException, InterruptedException {
    List<Callable<Long>> tasks = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      byte[] part = copyOut(rows / STREAMS, i * (rows / STREAMS));
      tasks.add(() -> copyIn(part));
    }
    ExecutorService threads = Executors.newFixedThreadPool(STREAMS);
    try {
      long start = System.nanoTime();
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
    try (Connection connection = database.connect();
        var out = new ByteArrayOutputStream(1 << 24)) {
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
    try (Connection connection = database.connect();
        InputStream in = new ByteArrayInputStream(data)) {
      return copyManager(connection).copyIn(COPY_IN, in, 1 << 16);
    }
  }

  private static CopyManager copyManager(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getCopyAPI();
  }
}
