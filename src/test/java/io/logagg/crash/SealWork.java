package io.logagg.crash;

import io.logagg.crash.SealHttp.Answer;
import io.logagg.crash.SealHttp.Exported;
import io.logagg.crash.SealLedger.Content;
import io.logagg.record.Timestamps;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stores, changes and deletes records of one app, one request after the other, each repeated until
 * it is answered for certain; the ledger knows each before it is sent. For one thread at a time.
 */
final class SealWork implements Runnable {
  /** Nothing of this one is changed. */
  static final String STILL = "still";

  /** Of this one many are deleted at once, by a filter. */
  static final String SWEPT = "swept";

  /** Of this one some are changed and some deleted, one by one. */
  static final String TOUCHED = "touched";

  static final List<String> APPS = List.of(STILL, SWEPT, TOUCHED);

  /** Records are of so many days, */
  static final int DAYS = 4;

  /** the last of which is so many days ago. */
  static final int LAST_DAY = 2;

  private static final int SHARES = 40;
  private static final int BATCH = 2000;
  private static final List<String> LEVELS = List.of("DEBUG", "INFO", "WARN", "ERROR");

  private final String app;
  private final SealHttp http;
  private final SealLedger ledger;
  private final Random random;
  private final Queue<String> findings;
  private final Map<Integer, UUID> ids = new ConcurrentHashMap<>();
  private final Map<String, Long> done = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private volatile boolean storesLate;
  private volatile Runnable growOld = () -> {};

  SealWork(String app, SealHttp http, SealLedger ledger, Random random, Queue<String> findings) {
    this.app = app;
    this.http = http;
    this.ledger = ledger;
    this.random = random;
    this.findings = findings;
  }

  /** The ids of records that can be named from now on. */
  void know(List<Exported> exported) {
    exported.stream()
        .filter(record -> record.content().app().equals(app))
        .forEach(record -> ids.put(record.content().number(), record.id()));
  }

  /** What was done how often. */
  Map<String, Long> done() {
    return new TreeMap<>(done);
  }

  void stop() {
    stopping = true;
  }

  /**
   * To be called before it runs.
   *
   * @param late whether it also stores records of the days that are sealed
   * @param aging makes these count as stored long ago, or nothing would be sealed beside it
   */
  void mayRun(boolean late, Runnable aging) {
    stopping = false;
    storesLate = late;
    growOld = aging;
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        if (storesLate && random.nextInt(8) == 0) {
          store(1 + random.nextInt(60));
          growOld.run();
        } else if (app.equals(SWEPT)) {
          sweep();
        } else {
          touch();
        }
        // Most of what is swept has to last for a round.
        int most = app.equals(SWEPT) ? 600 : 60;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(most)));
      }
    } catch (RuntimeException | AssertionError e) {
      findings.add(app + ": " + e);
    }
  }

  /** The first instant of a day so long ago. */
  static long midnight(int daysAgo) {
    return Timestamps.micros(
        LocalDate.now(ZoneOffset.UTC).minusDays(daysAgo).atStartOfDay().toInstant(ZoneOffset.UTC));
  }

  /** Stores new ones, of all days. */
  void store(int count) {
    for (int left = count; left > 0; left -= BATCH) {
      storeBatch(Math.min(left, BATCH));
    }
  }

  private void storeBatch(int count) {
    JsonArray body = new JsonArray();
    List<Content> contents = new ArrayList<>();
    synchronized (ledger) { // Numbers follow one another, whoever else stores some.
      for (int i = 0; i < count; i++) {
        Content content = draw(ledger.next());
        ledger.add(content);
        contents.add(content);
      }
    }
    for (Content content : contents) {
      body.add(
          new JsonObject()
              .put("id", app + content.number())
              .put("app", app)
              .put("timestamp", Timestamps.format(content.timestamp()))
              .put("level", content.level())
              .put("service", content.service())
              .put("message", content.message())
              .put("share", content.share()));
    }
    Answer answer = http.sendUntilAnswered("POST", "/api/v1/bulk_logs", body.encode());
    if (expect(201, answer, "storing")) {
      contents.forEach(content -> ledger.is(content.number(), content));
    }
    count("records stored", count);
  }

  private Content draw(int number) {
    long day = TimeUnit.DAYS.toMicros(1);
    long time = midnight(LAST_DAY + random.nextInt(DAYS)) + Math.floorMod(random.nextLong(), day);
    String words =
        "connection from 10.0.0.%d closed after %d ms, code %x, as asked for by the other side"
            .formatted(random.nextInt(256), random.nextInt(1000), random.nextInt(1 << 20));
    return new Content(
        app,
        time,
        LEVELS.get(random.nextInt(LEVELS.size())),
        "s" + random.nextInt(3),
        "r" + number + " v0 " + words,
        random.nextInt(SHARES));
  }

  /** Deletes a share of all, by a filter of a field. */
  private void sweep() {
    int share = random.nextInt(SHARES);
    List<Integer> meant =
        ledger.present(app).entrySet().stream()
            .filter(entry -> entry.getValue().share() == share)
            .map(Map.Entry::getKey)
            .toList();
    meant.forEach(number -> ledger.mayBecome(number, null));
    Answer answer =
        http.sendUntilAnswered("DELETE", "/api/v1/logs?app=" + app + "&q=share:" + share, "");
    if (expect(200, answer, "deleting by filter")) {
      meant.forEach(number -> ledger.is(number, null));
    }
    count("records deleted by filter", meant.size());
  }

  private void touch() {
    List<Map.Entry<Integer, Content>> known =
        ledger.present(app).entrySet().stream()
            .filter(entry -> ids.containsKey(entry.getKey()))
            .toList();
    if (known.isEmpty()) {
      return;
    }
    Map.Entry<Integer, Content> drawn = known.get(random.nextInt(known.size()));
    int number = drawn.getKey();
    if (random.nextInt(4) == 0) {
      ledger.mayBecome(number, null);
      settle(number, null, "DELETE", "", 204);
      count("records deleted by id", 1);
    } else {
      Content before = drawn.getValue();
      String level = LEVELS.get(random.nextInt(LEVELS.size()));
      Content after =
          before.changed(level, "r" + number + " v" + random.nextInt() + " " + "x".repeat(40));
      ledger.mayBecome(number, after);
      String body = new JsonObject().put("level", level).put("message", after.message()).encode();
      settle(number, after, "PATCH", body, 200);
      count("records changed", 1);
    }
  }

  private void settle(
      int number, @Nullable Content after, String method, String body, int expected) {
    String path = "/api/v1/logs/" + ids.get(number);
    Answer first = http.send(method, path, body);
    Answer answer = first.isCertain() ? first : http.sendUntilAnswered(method, path, body);
    // One that was deleted before its answer was lost is not found the second time.
    boolean isGone = after == null && !first.isCertain() && answer.status() == 404;
    if (isGone || expect(expected, answer, method + " of r" + number)) {
      ledger.is(number, after);
    }
  }

  private boolean expect(int status, Answer answer, String what) {
    if (answer.status() != status) {
      findings.add(what + " was answered " + answer);
    }
    return answer.status() == status;
  }

  private void count(String what, long n) {
    done.merge(what, n, Long::sum);
  }
}
