package io.logagg.persistence;

import io.logagg.bus.Bus;
import io.logagg.bus.BusException;
import io.logagg.bus.DeadLetters;
import io.logagg.bus.Failure;
import io.logagg.bus.ForgetEntries;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.protocol.JsonRecordDecoder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to PostgreSQL what the other roles ask for, see {@link Persistence}. Each instance has a
 * connection of its own, with a few batches under way and a few more waiting; whoever comes beyond
 * that is turned away and tries again.
 */
public final class PersistenceVerticle extends VerticleBase {
  /** Requests that may wait per request under way. */
  private static final int WAITING_PER_PERMIT = 8;

  private static final String FORGET =
      "DELETE FROM stored_entries WHERE entry_ms < $1 AND stored_at < now() - interval '10 minutes'";

  /**
   * Those moved before the first entry that the mirror still has; the clocks may differ a little.
   */
  private static final String FORGET_DEAD_LETTERS =
      """
      DELETE FROM dead_letter_ids
      WHERE stored_at < least(now(), to_timestamp($1::int8 / 1000.0)) - interval '10 minutes'""";

  private static final Logger LOG = LoggerFactory.getLogger(PersistenceVerticle.class);

  private final PersistenceOptions options;
  private final StoreMeters meters;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private int inFlight;
  private @Nullable WriterConnection connection;
  private @Nullable Upkeep upkeep;
  private @Nullable Retention retention;
  private @Nullable Sealing sealing;

  private record Waiting(WriteRequest request, Promise<WriteOutcome> promise, long deadlineNanos) {}

  public PersistenceVerticle(PersistenceOptions options) {
    this.options = options;
    this.meters = new StoreMeters(options.metrics());
  }

  @Override
  public Future<?> start() {
    Database database = options.database();
    AppCatalog apps = new AppCatalog(database);
    BatchWriter writer =
        new BatchWriter(
            database,
            apps,
            new FieldCatalog(database),
            new Partitions(database, options.clock()),
            meters);
    DeadLetterReplay replay =
        new DeadLetterReplay(
            database, writer, new JsonRecordDecoder(options.window(), options.rules()));
    WriterConnection own = new WriterConnection(vertx, database.settings(), options.pipelining());
    connection = own;
    Bus bus = Bus.of(vertx, database.settings().writeTimeoutMs());
    bus.serve(Persistence.WRITE, request -> write(writer, own, request));
    bus.serve(Persistence.KEEP_DEAD_LETTERS, letters -> keep(database, letters));
    bus.serve(Persistence.FORGET_ENTRIES, forget -> forget(database, FORGET, forget));
    bus.serve(
        Persistence.FORGET_DEAD_LETTERS, forget -> forget(database, FORGET_DEAD_LETTERS, forget));
    bus.serve(
        Persistence.REPLAY,
        request -> asTransient(replay.replay(request)).onSuccess(meters::replayed));
    bus.serve(
        Persistence.REPLAY_MANY,
        request -> asTransient(replay.replayMany(request)).onSuccess(meters::replayed));
    meters.show(() -> inFlight, waiting::size);
    Upkeep jobs = new Upkeep(vertx, database, 1);
    FieldIndex index = new FieldIndex(options.indexedFields());
    jobs.start(new DeadLetterBound(options.maxDeadLetters(), options.maxDeadLetterBytes()), index);
    upkeep = jobs;
    // In good time where the database is there: before the first record, nothing is to be done for
    // those before it.
    database
        .ready()
        .compose(ready -> database.write(index::register))
        .onFailure(e -> LOG.warn("registering fields, to be tried again: {}", e.getMessage()));
    Retention keeping = new Retention(vertx, database, options.retention());
    keeping.start();
    retention = keeping;
    Sealing moving =
        new Sealing(
            vertx, database, options.sealing(), new SealMeters(options.metrics()), options.clock());
    moving.start();
    sealing = moving;
    return Future.succeededFuture();
  }

  private Future<WriteOutcome> write(
      BatchWriter writer, WriterConnection own, WriteRequest request) {
    if (inFlight < options.pipelining()) {
      return run(writer, own, request);
    }
    if (waiting.size() >= options.pipelining() * WAITING_PER_PERMIT) {
      meters.turnedAway("full");
      return Future.failedFuture(
          new BusException(Failure.UNAVAILABLE, "too many batches wait for PostgreSQL"));
    }
    Promise<WriteOutcome> promise = Promise.promise();
    long limitNanos = options.database().settings().writeTimeoutMs() * 1_000_000;
    waiting.add(new Waiting(request, promise, System.nanoTime() + limitNanos));
    return promise.future();
  }

  private Future<WriteOutcome> run(BatchWriter writer, WriterConnection own, WriteRequest request) {
    inFlight++;
    long startNanos = System.nanoTime();
    return Future.succeededFuture()
        .compose(go -> writer.write(request, own)) // What it throws is a failure, too.
        .onComplete(
            done -> {
              meters.wrote(request.size(), done, System.nanoTime() - startNanos);
              inFlight--;
              Waiting next = nextThatIsAwaited();
              if (next != null) {
                run(writer, own, next.request()).onComplete(next.promise());
              }
            });
  }

  /** Whoever asked for the others has given up, and may have asked again. */
  private @Nullable Waiting nextThatIsAwaited() {
    Waiting next = waiting.poll();
    while (next != null && System.nanoTime() - next.deadlineNanos() > 0) {
      meters.turnedAway("late");
      next.promise().fail(new BusException(Failure.UNAVAILABLE, "waited too long for PostgreSQL"));
      next = waiting.poll();
    }
    return next;
  }

  private Future<Integer> keep(Database database, DeadLetters letters) {
    return asTransient(
            database.write(connection -> DeadLetterSql.insert(connection, letters.letters())))
        .onSuccess(meters::addedLetters)
        .map(List::size);
  }

  private static Future<Integer> forget(Database database, String sql, ForgetEntries forget) {
    return asTransient(
        database.write(
            connection ->
                connection
                    .preparedQuery(sql)
                    .execute(Tuple.of(forget.beforeMs()))
                    .map(rows -> rows.rowCount())));
  }

  /** Whatever goes wrong here may go right later. */
  private static <T> Future<T> asTransient(Future<T> future) {
    return future.recover(
        e ->
            Future.failedFuture(
                e instanceof BusException
                    ? e
                    : new BusException(Failure.TRANSIENT, SqlFailure.describe(e), e)));
  }

  @Override
  public Future<?> stop() {
    if (upkeep != null) {
      upkeep.stop();
    }
    Future<Void> kept = retention == null ? Future.succeededFuture() : retention.stop();
    Future<Void> moved = sealing == null ? Future.succeededFuture() : sealing.stop();
    return Future.join(kept, moved)
        .eventually(() -> connection == null ? Future.succeededFuture() : connection.close());
  }
}
