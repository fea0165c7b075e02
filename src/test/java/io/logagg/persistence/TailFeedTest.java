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
    private volatile @Nullable TailPosition at;
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
      at = batch.next();
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

  private Seen follow(LogFilter filter, @Nullable TailPosition from) {
    Seen seen = new Seen(filter);
    follow(seen, from);
    return seen;
  }

  /** Begins to follow, once PostgreSQL can be reached. */
  private void follow(Seen seen, @Nullable TailPosition from) {
    seen.failure = null;
    TailFeed.Follower follower =
        Eventually.value(
            "a position",
            () -> await(feed.follow(seen.filter, from, seen).otherwise((TailFeed.Follower) null)),
            found -> found != null);
    seen.at = follower.position();
    follower.start();
  }

  /** As a client does whose stream was ended. */
  private void comeBackIfFailed(Seen seen) {
    if (seen.failure != null) {
      follow(seen, seen.at);
    }
  }

  @Test
  void shouldGiveEachAllThatHeMeansOnceWheneverHeComesAndWhateverIsCut() {
    Random random = new Random(11);
    List<Seen> all = new ArrayList<>();
    TailPosition start = await(source.position());
    List<LogRecord> stored = new ArrayList<>();
    int cuts = 0;
    for (int step = 0; step < 70; step++) {
      int action = random.nextInt(10);
      if (action == 0) {
        database.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND backend_type = 'client backend'"
                + " AND pid <> pg_backend_pid()"); // Not autovacuum, which belongs to a superuser.
        cuts++;
      } else if (action <= 2) {
        LogFilter filter = random.nextBoolean() ? LogFilter.ALL : ofApp("shop");
        boolean fromStart = random.nextBoolean();
        Seen seen = follow(filter, fromStart ? start : null);
        all.add(seen);
        seen.expect(fromStart ? stored : List.of());
      } else {
        all.forEach(this::comeBackIfFailed);
        // Large ones are read in several parts, between which a cut can come.
        int size = random.nextInt(4) == 0 ? 2500 : 1 + random.nextInt(30);
        List<LogRecord> batch = batches.store(records.many(size));
        stored.addAll(batch);
        all.forEach(seen -> seen.expect(batch));
      }
    }
    assertTrue(all.size() >= 8 && cuts >= 4, all.size() + " followers, " + cuts + " cuts");
    for (Seen seen : all) {
      Eventually.value(
          "all for one",
          () -> {
            comeBackIfFailed(seen);
            return seen.ids.size();
          },
          found -> found >= seen.expected.size());
    }
    // Whatever came twice would have come by the time that one more has come to all.
    List<LogRecord> last = batches.store(records.of("shop", "last"));
    for (Seen seen : all) {
      seen.expect(last);
      UUID id = last.get(0).id();
      Eventually.value(
          "the last",
          () -> {
            comeBackIfFailed(seen);
            return seen.ids.contains(id);
          },
          found -> found);
      assertEquals(seen.expected.size(), seen.ids.size(), "twice or not meant");
      assertEquals(seen.expected, new HashSet<>(seen.ids));
      assertTrue(!seen.hadGap);
    }
  }

  /** More conditions than a statement takes parameters, though each alone has few enough. */
  @Test
  void shouldGoOnWhenTheConditionsOfAllTogetherAreTooMuch() {
    List<Seen> all =
        IntStream.range(0, 7).mapToObj(i -> follow(anyOf(i), null)).collect(Collectors.toList());
    // The first ones may reach those who catch up; then all are live, and asked for together.
    for (int round = 1; round <= 6; round++) {
      batches.store(
          withSourceId(records.of("shop", "m"), "for all"),
          withSourceId(records.of("shop", "m"), "s3-" + round));
      for (int i = 0; i < all.size(); i++) {
        Seen seen = all.get(i);
        int expected = i == 3 ? 2 * round : round;
        Eventually.value("the records", seen.ids::size, found -> found >= expected);
        assertEquals(expected, seen.ids.size());
        assertNull(seen.failure);
      }
    }
  }

  private static LogFilter anyOf(int who) {
    return LogFilter.of(
        Condition.or(
            IntStream.range(0, 10_000)
                .mapToObj(i -> i == 0 ? "for all" : "s" + who + "-" + i)
                .map(id -> Condition.test(Field.Column.SOURCE_ID, new Match.Equal(id)))
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
