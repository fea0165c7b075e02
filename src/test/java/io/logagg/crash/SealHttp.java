package io.logagg.crash;

import io.logagg.crash.SealLedger.Content;
import io.logagg.record.Timestamps;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Requests to a process that may be killed meanwhile. Thread-safe. */
final class SealHttp {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long GIVE_UP_SECONDS = 180;

  private final String base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();

  SealHttp(String base) {
    this.base = base;
  }

  /**
   * What came back.
   *
   * @param status 0 if nothing did
   */
  record Answer(int status, String body) {
    /** Whether what was asked for was done, or not, for certain. */
    boolean isCertain() {
      return status != 0 && status != 503 && status != 504 && status != 429;
    }
  }

  /** A record with its id. */
  record Exported(UUID id, Content content) {
    private static Exported of(String line) {
      JsonObject json = new JsonObject(line);
      return new Exported(
          UUID.fromString(json.getString("id")),
          new Content(
              json.getString("app"),
              Timestamps.parse(json.getString("timestamp")).orElseThrow(),
              json.getString("level"),
              json.getString("service"),
              json.getString("message"),
              json.getJsonObject("metadata_").getInteger("share")));
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(LIMIT);
  }

  Answer send(String method, String path, String json) {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json))
            .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      return new Answer(0, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The same again until it is answered for certain; of how many tries it took, the last. */
  Answer sendUntilAnswered(String method, String path, String json) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GIVE_UP_SECONDS);
    Answer answer = send(method, path, json);
    while (!answer.isCertain()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(method + " " + path + " is not answered, last: " + answer);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      answer = send(method, path, json);
    }
    return answer;
  }

  /** All records; empty if the answer broke off or did not come. */
  Optional<List<Exported>> export() {
    HttpRequest request =
        request("/api/v1/logs").header("Accept", "application/x-ndjson").GET().build();
    try {
      var response = client.send(request, BodyHandlers.ofInputStream());
      List<Exported> records = new ArrayList<>();
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        if (response.statusCode() != 200) {
          return Optional.empty();
        }
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          records.add(Exported.of(line));
        }
      }
      return Optional.of(records);
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What {@code /stats} says; empty if nothing. */
  Optional<JsonObject> stats() {
    Answer answer = send("GET", "/api/v1/stats", "");
    return answer.status() == 200 ? Optional.of(new JsonObject(answer.body())) : Optional.empty();
  }
}
