package io.logagg.monitoring;

import io.logagg.testing.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Senders and readers that go on, whatever they are answered. */
final class Traffic implements AutoCloseable {
  private static final long PAUSE_NANOS = 100_000_000L;
  private static final List<String> QUERIES =
      List.of(
          "/api/v1/logs?limit=5",
          "/api/v1/saved",
          "/api/v1/logs?q=record&limit=5",
          "/api/v1/stats/top?field=message");

  private final HttpClient client = HttpClient.newHttpClient();
  private final String base;
  private volatile boolean flawless;
  private volatile boolean closed;

  private Traffic(String base) {
    this.base = base;
  }

  static Traffic start(String base) {
    Traffic traffic = new Traffic(base);
    traffic.repeat(
        turn ->
            traffic.ingest(
                turn % 20 == 0 && !traffic.flawless ? "bad" : Api.record("shop", "record")));
    traffic.repeat(turn -> traffic.get(QUERIES.get(turn % QUERIES.size())));
    return traffic;
  }

  /** No bad record any more. */
  void becomeFlawless() {
    flawless = true;
  }

  private interface Step {
    void run(int turn) throws IOException, InterruptedException;
  }

  private void repeat(Step step) {
    Thread thread =
        new Thread(
            () -> {
              for (int turn = 0; !closed; turn++) {
                try {
                  step.run(turn);
                } catch (IOException e) {
                  // The server is away, as it should be now and then.
                } catch (InterruptedException e) {
                  return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(5));
  }

  private void get(String path) throws IOException, InterruptedException {
    client.send(request(path).build(), BodyHandlers.discarding());
  }

  private HttpResponse<String> ingest(String lines) throws IOException, InterruptedException {
    return client.send(
        request("/api/v1/ingest")
            .header("Content-Type", Api.NDJSON)
            .POST(BodyPublishers.ofString(lines))
            .build(),
        BodyHandlers.ofString());
  }

  /** The same line so often, in one request; the status of the answer. */
  int ingest(String line, int times) {
    try {
      return ingest((line + "\n").repeat(times)).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
