package io.logagg.crash;

import io.logagg.crash.Ledger.State;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends records by one way in, and keeps a ledger of what was answered. A request with ids or an
 * Idempotency-Key is sent again until it is acknowledged, each time to any of the processes.
 */
final class Producer implements Runnable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final WayIn way;
  private final Ledger ledger;
  private final List<String> bases;
  private final Random random;
  private final Queue<String> surprises;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();
  private final Map<Integer, Long> answers = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private volatile boolean giveUp;
  private int keys;

  /**
   * @param surprises takes answers that no fault explains
   */
  Producer(WayIn way, String name, List<String> bases, Random random, Queue<String> surprises) {
    this.way = way;
    this.ledger = new Ledger(name);
    this.bases = bases;
    this.random = random;
    this.surprises = surprises;
  }

  Ledger ledger() {
    return ledger;
  }

  WayIn way() {
    return way;
  }

  /** How often each status came; 0 is for no answer, -1 for no connection. */
  Map<Integer, Long> answers() {
    return answers;
  }

  /** Makes no new requests; those that may be repeated still are. */
  void finish() {
    stopping = true;
  }

  /** Does not repeat them either. */
  void giveUp() {
    giveUp = true;
  }

  @Override
  public void run() {
    while (!stopping) {
      Batch batch = Batch.next(way, ledger, random);
      String key = way.withKey ? ledger.producer() + '/' + keys++ : null;
      boolean mayBeTaken = false;
      while (!giveUp) {
        Answer answer = send(batch, key);
        answers.merge(answer.status(), 1L, Long::sum);
        ledger.answered(
            batch.firstSequence(),
            "%s %d records: %d %s"
                .formatted(Instant.now(), batch.size(), answer.status(), excerpt(answer.body())));
        settle(batch, answer, mayBeTaken);
        boolean refused = answer.isRefusal(way);
        if (!answer.isDone()) {
          pause(refused ? 200 : 50);
        }
        if (!way.repeats() || answer.isDone()) {
          break;
        }
        mayBeTaken |= !refused;
      }
      pause(random.nextInt(20));
    }
  }

  private static String excerpt(String body) {
    return body.substring(0, Math.min(body.length(), 300));
  }

  private static void pause(long ms) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  /**
   * What came back.
   *
   * @param status 0 if nothing did, -1 if no connection stood
   */
  private record Answer(int status, String body) {
    boolean isDone() {
      // 400 is the answer to a request in which all records are bad.
      return (status >= 200 && status < 300) || status == 400;
    }

    JsonObject json() {
      return new JsonObject(body);
    }

    /** Whether nothing of the request was taken, for certain. */
    boolean isRefusal(WayIn way) {
      boolean busy = status == 429 || status == 503;
      return status == -1 || (way.isIngest() && busy && !json().containsKey("enqueued"));
    }
  }

  private Answer send(Batch batch, String key) {
    String base = bases.get(random.nextInt(bases.size()));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + way.path))
            .timeout(LIMIT)
            .header("Content-Type", way.isJson() ? "application/json" : "application/x-ndjson")
            .POST(BodyPublishers.ofByteArray(batch.body()));
    if (way == WayIn.GZIP) {
      request.header("Content-Encoding", "gzip");
    }
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (ConnectException e) {
      return new Answer(-1, "");
    } catch (IOException e) {
      return new Answer(0, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(0, "");
    }
  }

  private void settle(Batch batch, Answer answer, boolean mayBeTaken) {
    switch (answer.status()) {
      case 0 -> {} // Unknown, as it was.
      case 200, 201, 202, 400 -> acknowledge(batch, answer);
      case -1, 429, 503 -> {
        if (answer.isRefusal(way)) {
          if (!mayBeTaken) {
            note(batch, 0, batch.size(), true, State.REFUSED);
          }
        } else if (way.isIngest()) {
          // What stands behind resume_at was perhaps under way; bad ones perhaps not kept.
          int resumeAt = answer.json().getInteger("resume_at");
          note(batch, 0, resumeAt, false, State.ACKNOWLEDGED);
          note(batch, resumeAt, batch.size(), true, State.UNKNOWN);
        } else {
          note(batch, 0, batch.size(), true, State.UNKNOWN);
        }
      }
      default -> {
        if (answer.status() != 504 || way.isIngest()) {
          surprises.add(way + " was answered " + answer.status() + ": " + answer.body());
        } // What is stored is read again for the answer, which may take too long.
        note(batch, 0, batch.size(), true, State.UNKNOWN);
      }
    }
  }

  private void acknowledge(Batch batch, Answer answer) {
    int bad = 0;
    for (int i = 0; i < batch.size(); i++) {
      bad += ledger.isBad(batch.firstSequence() + i) ? 1 : 0;
    }
    boolean allBad = bad == batch.size();
    int rejected = way.isIngest() ? answer.json().getInteger("rejected", 0) : 0;
    if ((answer.status() == 400) != allBad || rejected != bad) {
      surprises.add(
          "%s with %d bad records of %d was answered %d: %s"
              .formatted(way, bad, batch.size(), answer.status(), answer.body()));
      return;
    }
    note(batch, 0, batch.size(), true, State.ACKNOWLEDGED);
  }

  private void note(Batch batch, int from, int to, boolean alsoBad, State state) {
    for (int i = from; i < to; i++) {
      int sequence = batch.firstSequence() + i;
      if (alsoBad || !ledger.isBad(sequence)) {
        ledger.note(sequence, state);
      }
    }
  }
}
