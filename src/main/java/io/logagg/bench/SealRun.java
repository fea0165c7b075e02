package io.logagg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.bench.LoadGenerator.Load;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Has records sealed by hand, alone and while others are stored. Blocks. */
final class SealRun {
  private static final long LOOK_MS = 100;
  private static final long LIMIT_NANOS = TimeUnit.HOURS.toNanos(2);
  private static final long NUMBERS_APART = 1L << 40;

  private final ServerUnderTest server;
  private final BenchDatabase database;
  private final Load load;
  private final Instant end;
  private final ReadClient client;

  /**
   * Does nothing yet.
   *
   * @param load of what is stored meanwhile
   * @param end behind the last record that is to be sealed, a midnight
   */
  SealRun(ServerUnderTest server, BenchDatabase database, Load load, Instant end) {
    this.server = server;
    this.database = database;
    this.load = load;
    this.end = end;
    this.client = new ReadClient(server.port());
  }

  /** All days but the last alone, the last while records come in, and as long these alone. */
  List<SealPhase> phases(int days) throws IOException, SQLException, InterruptedException {
    SealPhase alone = seal("sealing", end.minus(Duration.ofDays(days)), day(1));
    LoadGenerator beside = new LoadGenerator(load, RecordTimes.present(), NUMBERS_APART);
    beside.start(Long.MAX_VALUE, 0);
    SealPhase both = seal("sealing while records come in", day(1), end);
    long ingested = beside.acknowledged();
    beside.stop();
    settle();
    return List.of(
        alone,
        new SealPhase(both.name(), both.seconds(), both.sealed(), ingested, both.cpuSeconds()),
        ingest(both.seconds()));
  }

  private Instant day(int before) {
    return end.minus(Duration.ofDays(before));
  }

  private void settle() throws SQLException, InterruptedException {
    new CommitWatch(database).awaitRest();
  }

  private SealPhase seal(String name, Instant since, Instant until)
      throws IOException, SQLException, InterruptedException {
    Map<String, Double> before = server.cpuSeconds();
    long deadline = System.nanoTime() + LIMIT_NANOS;
    long id =
        client
            .order("/api/v1/storage/seal?since=%s&until=%s".formatted(since, until))
            .path("id")
            .longValue();
    System.err.println(name);
    while (!database.isOrderDone(id)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not sealed: " + order(id));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    }
    JsonNode order = order(id);
    if (!order.path("problem").isNull()) {
      throw new IllegalStateException("not all was sealed: " + order);
    }
    // By PostgreSQL's clock; it waits for some seconds before it is begun.
    double seconds = seconds(order.path("started_at"), order.path("done_at"));
    return new SealPhase(name, seconds, order.path("records").longValue(), 0, since(before));
  }

  private JsonNode order(long id) throws IOException, InterruptedException {
    for (JsonNode order : client.json("/api/v1/storage").path("orders")) {
      if (order.path("id").longValue() == id) {
        return order;
      }
    }
    throw new IllegalStateException("no order " + id);
  }

  private static double seconds(JsonNode from, JsonNode to) {
    return Duration.between(Instant.parse(from.asText()), Instant.parse(to.asText())).toNanos()
        / 1e9;
  }

  private SealPhase ingest(double seconds) throws InterruptedException {
    Map<String, Double> before = server.cpuSeconds();
    LoadGenerator generator = new LoadGenerator(load, RecordTimes.present(), 2 * NUMBERS_APART);
    long start = System.nanoTime();
    generator.start(Long.MAX_VALUE, 0);
    generator.await((long) (seconds * 1000));
    long ingested = generator.acknowledged();
    double took = (System.nanoTime() - start) / 1e9;
    generator.stop();
    return new SealPhase("the records alone", took, 0, ingested, since(before));
  }

  private Map<String, Double> since(Map<String, Double> before) {
    Map<String, Double> used = new LinkedHashMap<>();
    server
        .cpuSeconds()
        .forEach((name, now) -> used.put(name, now - before.getOrDefault(name, 0.0)));
    return used;
  }
}
