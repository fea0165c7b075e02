package io.logagg.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
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
  private static final long LIMIT_NANOS = 60_000_000_000L;

  private final URI ingest;
  private final String databaseUrl;
  private final Histogram visibleMicros = new Histogram(60_000_000L, 3);
  private final Thread thread = new Thread(this::run, "visibility-probe");
  private volatile boolean stopping;
  private volatile @Nullable Exception failure;
  private final AtomicLong sent = new AtomicLong();

  VisibilityProbe(int port, String databaseUrl) {
    this.ingest = URI.create("http://127.0.0.1:" + port + "/api/v1/ingest");
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
    try (BenchDatabase database = new BenchDatabase(databaseUrl)) {
      HttpClient client = HttpClient.newHttpClient();
      while (!stopping) {
        probe(client, database);
        TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
      }
    } catch (IOException | SQLException | InterruptedException | RuntimeException e) {
      failure = e;
    }
  }

  private void probe(HttpClient client, BenchDatabase database)
      throws IOException, InterruptedException, SQLException {
    String time = Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
    String body = "{\"app\":\"probe\",\"message\":\"probe\",\"timestamp\":\"" + time + "\"}";
    HttpRequest request =
        HttpRequest.newBuilder(ingest)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    if (client.send(request, BodyHandlers.discarding()).statusCode() != 202) {
      return; // Refused for now; the next one will do.
    }
    sent.incrementAndGet();
    long acknowledged = System.nanoTime();
    while (!database.isVisible(time)) {
      if (System.nanoTime() - acknowledged > LIMIT_NANOS) {
        throw new IllegalStateException("a record was not visible after 60 s");
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
    visibleMicros.recordValue((System.nanoTime() - acknowledged) / 1000);
  }
}
