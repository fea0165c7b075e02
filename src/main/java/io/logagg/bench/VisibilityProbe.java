package io.logagg.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Sends a single record now and then, and takes the time from its acknowledgement until a query
 * finds it.
 */
final class VisibilityProbe {
  private static final long PERIOD_MS = 200;
  private static final long FINEST_NANOS = 1_000_000;
  private static final long LIMIT_NANOS = 60_000_000_000L;

  private final int port;
  private final String databaseUrl;
  private final Histogram visibleMicros = new Histogram(60_000_000L, 3);
  private final Thread thread = new Thread(this::run, "visibility-probe");
  private volatile boolean stopping;
  private volatile @Nullable Exception failure;
  private final AtomicLong sent = new AtomicLong();

  VisibilityProbe(int port, String databaseUrl) {
    this.port = port;
    this.databaseUrl = databaseUrl;
  }

  void start() {
    thread.start();
  }

  /** Ends after the record that is under way. */
  void stop() throws InterruptedException {
    stopping = true;
    thread.join();
    if (failure != null) {
      throw new IllegalStateException("the probe failed", failure);
    }
  }

  long sent() {
    return sent.get();
  }

  Histogram visibleMicros() {
    return visibleMicros;
  }

  private void run() {
    try (BenchDatabase database = new BenchDatabase(databaseUrl);
        LoadConnection connection = new LoadConnection(port, false)) {
      while (!stopping) {
        probe(connection, database);
        TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
      }
    } catch (IOException | SQLException | InterruptedException | RuntimeException e) {
      failure = e;
    }
  }

  private void probe(LoadConnection connection, BenchDatabase database)
      throws IOException, InterruptedException, SQLException {
    String time = Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
    String record = "{\"app\":\"probe\",\"message\":\"probe\",\"timestamp\":\"" + time + "\"}\n";
    byte[] body = record.getBytes(StandardCharsets.US_ASCII);
    if (connection.post(ByteBuffer.wrap(body)).status() != 202) {
      return; // Refused for now; the next one will do.
    }
    sent.incrementAndGet();
    long acknowledged = System.nanoTime();
    while (!database.isVisible(time)) {
      if (System.nanoTime() - acknowledged > LIMIT_NANOS) {
        throw new IllegalStateException("a record was not visible after 60 s");
      }
      // Finely at first, then to a tenth of what has passed: each look costs what is measured.
      long passed = System.nanoTime() - acknowledged;
      TimeUnit.NANOSECONDS.sleep(Math.max(FINEST_NANOS, passed / 10));
    }
    visibleMicros.recordValue(Math.min(60_000_000L, (System.nanoTime() - acknowledged) / 1000));
  }
}
