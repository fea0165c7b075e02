package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.filter.RecordMatcher;
import io.logagg.query.TailBatch;
import io.logagg.query.TailFeed;
import io.logagg.query.TailPosition;
import io.logagg.query.TailSource;
import io.logagg.record.LogRecord;
import io.logagg.testing.Eventually;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many who follow through one reading, while connections to PostgreSQL are cut. */
final class TailFeedTest {
  private final TestDatabase database = TestDatabase.open();
  private final StoredBatches batches = new StoredBatches(database);
  private final TestRecords records = new TestRecords(4);
  private final TailSource source = new TailSource(database.database());
  private final TailFeed feed = new TailFeed(database.vertx(), source, 100, new Random(3));

  @AfterEach
  void close() {
    database.close();
  }

  /** What one has seen, of what he means. */
  private static final class Seen implements TailFeed.Listener {
    private final LogFilter filter;
    private final RecordMatcher matcher;
    private final Queue<UUID> ids = new ConcurrentLinkedQueue<>();
    private final Set<UUID> expected = new HashSet<>();
    private volatile @Nullable Throwable failure;
    private volatile boolean hadGap;

    Seen(LogFilter filter) {
      this.filter = filter;
      this.matcher = RecordMatcher.of(filter);
    }

    void expect(Collection<LogRecord> stored) {
      stored.stream()
          .filter(record -> filter.apps().isEmpty() || filter.apps().contains(record.app()))
          .forEach(record -> expected.add(record.id()));
    }

    @Override
    public Future<Void> came(TailBatch batch) {
      batch.rows().stream().filter(matcher::matches).forEach(row -> ids.add(row.id()));
      hadGap |= batch.gap();
      return Future.succeededFuture();
    }

    @Override
    public void failed(Throwable cause) {
      failure = cause;
    }
  }

  private static LogFilter ofApp(String app) {
    return new LogFilter(List.of(app), List.of(), List.of(), null, null, null);
  }

  /** Begins to follow; null if PostgreSQL was not to be reached just now. */
  private @Nullable Seen follow(LogFilter filter, @Nullable TailPosition from) {
    Seen seen = new Seen(filter);
    TailFeed.Follower follower =
        await(feed.follow(filter, from, seen).otherwise((TailFeed.Follower) null));
    if (follower == null) {
      return null;
    }
    follower.start();
    return seen;
  }

  @Test
  void shouldGiveEachAllThatHeMeansOnceWheneverHeComesAndWhateverIsCut() {
    Random random = new Random(11);
    List<Seen> all = new ArrayList<>();
    TailPosition start = await(source.position());
    List<LogRecord> stored = new ArrayList<>();
    int cuts = 0;
    for (int step = 0; step < 120; step++) {
      int action = random.nextInt(10);
      if (action == 0) {
        database.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        cuts++;
      } else if (action <= 2) {
        LogFilter filter = random.nextBoolean() ? LogFilter.ALL : ofApp("shop");
        boolean fromStart = random.nextBoolean();
        Seen seen = follow(filter, fromStart ? start : null);
        if (seen != null) {
          all.add(seen);
          seen.expect(fromStart ? stored : List.of());
        }
      } else {
        // Large ones are read in several parts, between which a cut can come.
        int size = random.nextInt(4) == 0 ? 2500 : 1 + random.nextInt(30);
        List<LogRecord> batch = batches.store(records.many(size));
        stored.addAll(batch);
        all.forEach(seen -> seen.expect(batch));
      }
    }
    int whole = 0;
    for (Seen seen : all) {
      Eventually.value(
          "all for one",
          () -> seen.failure != null || seen.ids.size() >= seen.expected.size(),
          done -> done);
      if (seen.failure == null) {
        whole++;
        assertEquals(seen.expected.size(), seen.ids.size(), "twice or not meant");
        assertEquals(seen.expected, new HashSet<>(seen.ids));
        assertTrue(!seen.hadGap);
      }
    }
    assertTrue(whole >= 5 && cuts >= 5, whole + " followed to the end, " + cuts + " cuts");
  }

  /** More conditions than a statement takes parameters, though each alone has few enough. */
  @Test
  void shouldGoOnWhenTheConditionsOfAllTogetherAreTooMuch() {
    List<Seen> all =
        IntStream.range(0, 7).mapToObj(i -> follow(anyOf(i), null)).collect(Collectors.toList());
    LogRecord first = records.of("shop", "m");
    batches.store(withSourceId(first, "s3-77"));
    Eventually.value("the record", () -> all.get(3).ids.size(), found -> found == 1);
    for (int i = 0; i < all.size(); i++) {
      assertNull(all.get(i).failure);
      assertEquals(i == 3 ? 1 : 0, all.get(i).ids.size());
    }
  }

  private static LogFilter anyOf(int who) {
    return LogFilter.of(
        Condition.or(
            IntStream.range(0, 10_000)
                .mapToObj(
                    i ->
                        Condition.test(
                            Field.Column.SOURCE_ID, new Match.Equal("s" + who + "-" + i)))
                .toList()));
  }

  private static LogRecord withSourceId(LogRecord record, String sourceId) {
    return new LogRecord(
        record.id(),
        record.timestampMicros(),
        record.receivedAtMicros(),
        record.level(),
        record.app(),
        record.service(),
        record.message(),
        record.metadata(),
        sourceId,
        null);
  }
}
