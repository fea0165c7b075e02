package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.postgres.Abandonment;
import io.logagg.query.LogRow;
import io.logagg.query.TailBatch;
import io.logagg.query.TailPosition;
import io.logagg.query.TailSource;
import io.logagg.record.LogRecord;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many who follow the commits of many transactions, at random. */
final class TailFollowersTest {
  private static final long DAY_MICROS = 86_400_000_000L;

  private final TestDatabase database = TestDatabase.open();
  private final StoredBatches batches = new StoredBatches(database);
  private final TailSource source = new TailSource(database.database());
  private final TestRecords records = new TestRecords(1);

  @AfterEach
  void close() {
    database.close();
  }

  private void purge() {
    await(database.database().write(connection -> CommitPurge.step(connection, 1000)));
  }

  /** Transactions in any order, with followers that poll now and then, while old ones go. */
  @Test
  void shouldTellEachFollowerOfAllOnceWhateverTheOrder() {
    // Whatever is stored from now on counts as two hours old.
    database.sql("ALTER TABLE commits ALTER stored_at SET DEFAULT now() - interval '2 hours'");
    Random random = new Random(7);
    List<OpenTransaction> open = new ArrayList<>();
    List<Follower> followers = List.of(new Follower(), new Follower(), new Follower());
    List<PgConnection> connections = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      connections.add(database.connect());
    }
    int gaps = 0;
    for (int step = 0; step < 1500; step++) {
      int action = random.nextInt(100);
      if (action < 35 && !connections.isEmpty()) {
        PgConnection connection = connections.remove(random.nextInt(connections.size()));
        open.add(new OpenTransaction(connection, random));
      } else if (action < 70 && !open.isEmpty()) {
        OpenTransaction done = open.remove(random.nextInt(open.size()));
        connections.add(done.connection);
        List<LogRecord> committed = done.end(random.nextInt(8) > 0);
        followers.forEach(follower -> follower.pending.addAll(StoredBatches.idsOf(committed)));
      } else if (action == 70) {
        purge();
      } else {
        Follower follower = followers.get(random.nextInt(random.nextInt(2) + 2));
        gaps += follower.poll(1 + random.nextInt(40)) ? 1 : 0;
      }
    }
    assertTrue(gaps > 0 && gaps < 100, "gaps: " + gaps);
  }

  private final class OpenTransaction {
    private final PgConnection connection;
    private final List<LogRecord> stored = new ArrayList<>();
    private final Random random;

    OpenTransaction(PgConnection connection, Random random) {
      this.connection = connection;
      this.random = random;
      await(connection.query("BEGIN").execute());
      if (random.nextBoolean()) {
        // As of one that did something else before.
        await(connection.query("SELECT pg_current_xact_id()").execute());
      }
      if (random.nextBoolean()) {
        storeSome();
      }
    }

    private void storeSome() {
      List<LogRecord> batch = new ArrayList<>();
      int count = 1 + random.nextInt(12);
      for (int i = 0; i < count; i++) {
        long back = random.nextInt(3) == 0 ? random.nextInt(100) * DAY_MICROS : 0;
        batch.add(records.any(TestRecords.NOW_MICROS - back - random.nextInt(5_000_000)));
      }
      batches.store(connection, random.nextBoolean(), batch);
      stored.addAll(batch);
    }

    List<LogRecord> end(boolean commit) {
      if (random.nextBoolean()) {
        storeSome();
      }
      await(connection.query(commit ? "COMMIT" : "ROLLBACK").execute());
      return commit ? stored : List.of();
    }
  }

  private final class Follower {
    private final Set<UUID> pending = new HashSet<>();
    private TailPosition at = await(source.position());

    /** What the group that it is in the middle of still owes. */
    private Set<UUID> group = Set.of();

    private boolean isWithin;

    /** Whether there was a gap. */
    boolean poll(int maxRows) {
      TailPosition from = TailPosition.parse(at.text()).orElseThrow();
      TailBatch batch = await(source.since(from, null, maxRows, new Abandonment()));
      at = batch.next();
      if (batch.gap()) {
        pending.clear();
        isWithin = false;
        return true;
      }
      if (!isWithin) {
        group = new HashSet<>(pending);
      }
      for (LogRow row : batch.rows()) {
        assertTrue(group.remove(row.id()) && pending.remove(row.id()), "twice, or not committed");
      }
      isWithin = batch.more();
      assertTrue(isWithin || group.isEmpty(), "left out: " + group.size());
      return false;
    }
  }
}
