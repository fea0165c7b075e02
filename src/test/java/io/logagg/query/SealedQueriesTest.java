package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.AnyRecords;
import io.logagg.query.AnyQueries.Query;
import io.logagg.testing.TestServers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Rows, blocks and both together answer the same, whatever is asked of whatever there is. The
 * system property {@code sealed.queries} tells how many queries are asked, {@code sealed.seed} of
 * which seed: each round has records of its own, by the next seed.
 */
final class SealedQueriesTest {
  private static final long QUERIES = 2000;
  private static final int ROUND = 500;

  /** So many queries are under way at once. */
  private static final int LANES = 6;

  /** For one query, however busy the machine is. */
  private static final long LIMIT_SECONDS = 120;

  /** One round in so many has thousands of records, and fewer queries. */
  private static final int LARGE = 50;

  private static final int LARGE_ROUND = 50;

  /** Records of the others, at most. */
  private static final int[] SIZES = {1, 20, 60, 60, 200};

  private final Vertx vertx = Vertx.vertx();
  private final TestServers servers = TestServers.reset();
  private final List<SealedStore> stores =
      Stream.of(Kept.values()).map(kept -> new SealedStore(servers, vertx, kept, LANES)).toList();
  private final ExecutorService lanes = Executors.newFixedThreadPool(LANES);
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong found = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  @AfterEach
  void close() {
    lanes.shutdownNow();
    stores.forEach(SealedStore::close);
    await(vertx.close());
  }

  @Test
  void shouldAnswerTheSameHoweverRecordsAreKept() throws Exception {
    long queries = Long.getLong("sealed.queries", QUERIES);
    long seed = Long.getLong("sealed.seed", 1);
    long startNanos = System.nanoTime();
    for (int round = 0; asked.get() < queries; round++) {
      new Round(seed + round, Math.min(ROUND, queries - asked.get())).run();
      if (round % 50 == 49 || asked.get() == queries) {
        System.out.printf(
            "sealed: %d queries of seeds %d to %d, %d found something, %d failed alike, %d a second%n",
            asked.get(),
            seed,
            seed + round,
            found.get(),
            failed.get(),
            asked.get() * 1_000_000_000L / (System.nanoTime() - startNanos));
      }
    }
    // Neither nothing nor errors, most of the time.
    assertTrue(found.get() > queries / 3, () -> found + " of " + queries);
    assertTrue(failed.get() < queries / 10, () -> failed + " of " + queries);
  }

  /** What came of a query. */
  private record Outcome(@Nullable Object answer, @Nullable String error) {}

  /** Some records, and some queries of them. */
  private final class Round {
    private final long seed;
    private final AnyQueries queries;
    private long left;
    private int number;

    Round(long seed, long count) {
      this.seed = seed;
      boolean isLarge = seed % LARGE == 0;
      this.left = isLarge ? Math.min(count, LARGE_ROUND) : count;
      Random random = new Random(seed);
      AnyRecords records = new AnyRecords(random);
      Map<String, Integer> apps = stores.get(0).apps();
      int size = isLarge ? 3000 : 1 + random.nextInt(SIZES[random.nextInt(SIZES.length)]);
      AnyLogs logs = new AnyLogs(random, records, size, apps);
      stores.forEach(
          store -> {
            assertEquals(apps, store.apps());
            store.keep(logs.rows(), random);
          });
      this.queries = new AnyQueries(random, records, logs);
    }

    void run() throws InterruptedException, ExecutionException {
      List<java.util.concurrent.Future<?>> running = new ArrayList<>();
      for (int lane = 0; lane < LANES; lane++) {
        running.add(lanes.submit(this::lane));
      }
      for (java.util.concurrent.Future<?> one : running) {
        one.get();
      }
    }

    private void lane() {
      for (Optional<Numbered> next = next(); next.isPresent(); next = next()) {
        compare(next.get());
      }
    }

    private record Numbered(int number, Query query) {}

    /** In the same order, whichever lane asks. */
    private synchronized Optional<Numbered> next() {
      return left-- > 0 ? Optional.of(new Numbered(++number, queries.next())) : Optional.empty();
    }

    private void compare(Numbered numbered) {
      Query query = numbered.query();
      String text = "seed %d, query %d: %s".formatted(seed, numbered.number(), query.text());
      List<Future<Outcome>> asking =
          stores.stream().map(store -> outcome(query.ask(store.readers()))).toList();
      List<Outcome> outcomes = new ArrayList<>();
      try {
        for (Future<Outcome> one : asking) {
          outcomes.add(one.await(LIMIT_SECONDS, TimeUnit.SECONDS));
        }
      } catch (Exception e) {
        throw new AssertionError(text, e);
      }
      for (int i = 1; i < stores.size(); i++) {
        String kept = text + ", kept as " + stores.get(i).kept();
        if (!outcomes.get(0).equals(outcomes.get(i))) {
          assertEquals(parts(outcomes.get(0)), parts(outcomes.get(i)), kept);
          throw new AssertionError(kept + " differs in what is not shown");
        }
      }
      count(outcomes.get(0));
    }
  }

  /** What is refused is refused to all; any other failure is one of the test. */
  private static Future<Outcome> outcome(Future<Object> asking) {
    return asking
        .map(answer -> new Outcome(answer, null))
        .recover(
            e ->
                e instanceof TooManyBucketsException
                    ? Future.succeededFuture(new Outcome(null, e.toString()))
                    : Future.failedFuture(e));
  }

  /** One a line, to see what differs. */
  private static String parts(Outcome outcome) {
    Object answer = outcome.answer();
    return answer instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining("\n"))
        : String.valueOf(outcome);
  }

  private void count(Outcome outcome) {
    Object answer = outcome.answer();
    asked.incrementAndGet();
    if (answer == null) {
      failed.incrementAndGet();
    } else if (!answer.equals(List.of()) && !answer.equals(Optional.empty())) {
      found.incrementAndGet();
    }
  }
}
