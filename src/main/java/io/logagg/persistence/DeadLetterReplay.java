package io.logagg.persistence;

import io.logagg.bus.ReplayCounts;
import io.logagg.bus.ReplayMany;
import io.logagg.bus.ReplayOutcome;
import io.logagg.bus.ReplayOutcome.Kind;
import io.logagg.bus.ReplayRequest;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.filter.DeadLetterFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.protocol.Decoded;
import io.logagg.protocol.Decoded.Refused;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.record.AppAccess;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RefusalKind;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stores dead letters as the records that they were to be and removes them, in one transaction, so
 * that a second replay finds nothing. A record's stamps follow from its letter: its id from the
 * letter's, its time of receipt from when that was first seen. Belongs to one context.
 */
final class DeadLetterReplay {
  /** In the order of the ids, so that two who replay the same ones never deadlock. */
  private static final String TAKE =
      """
      DELETE FROM dead_letters WHERE id IN (
        SELECT id FROM dead_letters WHERE id = ANY($1) ORDER BY id FOR UPDATE)""";

  private static final String NOTE_FAILURE =
      """
      UPDATE dead_letters SET tries = tries + 1, last_seen = now(), kind = coalesce($2, kind),
        reason = coalesce($3, reason)
      WHERE id = $1""";

  private final Database database;
  private final BatchWriter writer;
  private final JsonRecordDecoder decoder;

  DeadLetterReplay(Database database, BatchWriter writer, JsonRecordDecoder decoder) {
    this.database = database;
    this.writer = writer;
    this.decoder = decoder;
  }

  /** A letter that is fit to be a record. */
  private record Fit(UUID id, LogRecord record) {}

  /** A letter that is not, and why. */
  private record Unfit(UUID id, Refused why) {}

  /** Replays one, corrected or as it is. What is refused stays as it was received. */
  Future<ReplayOutcome> replay(ReplayRequest request) {
    return read(request.access(), List.of(request.id()))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(new ReplayOutcome(Kind.GONE, null))
                    : replay(request, rows.iterator().next()));
  }

  private Future<ReplayOutcome> replay(ReplayRequest request, Row row) {
    Buffer corrected = request.corrected();
    Buffer payload = corrected == null ? row.getBuffer("payload") : corrected;
    Decoded decoded = decode(row, payload).permittedBy(request.access());
    return storeOne(request.id(), decoded)
        .compose(
            refused ->
                refused == null
                    ? Future.succeededFuture(new ReplayOutcome(Kind.STORED, null))
                    : noteFailures(List.of(new Unfit(request.id(), refused)), corrected == null)
                        .map(noted -> outcome(noted, refused)))
        .recover(
            e ->
                e instanceof GoneException
                    ? Future.succeededFuture(new ReplayOutcome(Kind.GONE, null))
                    : Future.failedFuture(e));
  }

  private static ReplayOutcome outcome(int noted, Refused refused) {
    return noted == 0
        ? new ReplayOutcome(Kind.GONE, null)
        : new ReplayOutcome(Kind.REFUSED, refused.reason());
  }

  /** Replays these as they are, together where they can be stored together. */
  Future<ReplayCounts> replayMany(ReplayMany request) {
    return read(request.access(), request.ids())
        .compose(
            rows -> {
              List<Fit> fit = new ArrayList<>();
              List<Unfit> unfit = new ArrayList<>();
              for (Row row : rows) {
                UUID id = row.getUUID("id");
                Decoded decoded =
                    decode(row, row.getBuffer("payload")).permittedBy(request.access());
                if (decoded instanceof Decoded.Accepted accepted) {
                  fit.add(new Fit(id, accepted.record()));
                } else if (decoded instanceof Refused refused) {
                  unfit.add(new Unfit(id, refused));
                }
              }
              return store(fit).compose(stored -> fail(unfit).map(failed -> stored.plus(failed)));
            });
  }

  private Future<RowSet<Row>> read(AppAccess access, List<UUID> ids) {
    Sql sql =
        new Sql()
            .add("SELECT id, payload, app, service, level, first_seen FROM dead_letters")
            .add(" WHERE id = ANY(")
            .bind(ids.toArray(UUID[]::new))
            .add(")");
    DeadLetterFilter.addAccess(sql, access);
    sql.add(" ORDER BY id DESC");
    return database.read(
        connection -> connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())));
  }

  private static Tuple array(List<UUID> ids) {
    return Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new));
  }

  private Decoded decode(Row row, Buffer payload) {
    byte[] bytes = payload.getBytes();
    Defaults defaults =
        new Defaults(row.getString("app"), row.getString("service"), row.getString("level"));
    long seenAt = Timestamps.micros(row.getOffsetDateTime("first_seen"));
    DerivedStamps stamps = new DerivedStamps("dead letter " + row.getUUID("id"), seenAt);
    return decoder.decode(bytes, 0, bytes.length, defaults, stamps, null);
  }

  /** Halves what cannot be stored together, down to the letters that are at fault or gone. */
  private Future<ReplayCounts> store(List<Fit> letters) {
    if (letters.isEmpty()) {
      return Future.succeededFuture(ReplayCounts.NONE);
    }
    if (letters.size() == 1) {
      return storeAlone(letters.get(0));
    }
    return takeAndStore(letters)
        .map(done -> new ReplayCounts(letters.size(), 0))
        .recover(
            e ->
                e instanceof GoneException || SqlFailure.of(e) == SqlFailure.DATA
                    ? storeHalves(letters)
                    : Future.failedFuture(e));
  }

  private Future<ReplayCounts> storeHalves(List<Fit> letters) {
    int middle = letters.size() / 2;
    return store(letters.subList(0, middle))
        .compose(
            first ->
                store(letters.subList(middle, letters.size())).map(second -> first.plus(second)));
  }

  private Future<ReplayCounts> storeAlone(Fit letter) {
    return storeOne(letter)
        .compose(
            refused ->
                refused == null
                    ? Future.succeededFuture(new ReplayCounts(1, 0))
                    : fail(List.of(new Unfit(letter.id(), refused))))
        .recover(
            e ->
                e instanceof GoneException
                    ? Future.succeededFuture(ReplayCounts.NONE)
                    : Future.failedFuture(e));
  }

  private Future<ReplayCounts> fail(List<Unfit> letters) {
    return noteFailures(letters, true).map(noted -> new ReplayCounts(0, noted));
  }

  private Future<@Nullable Refused> storeOne(UUID id, Decoded decoded) {
    return decoded instanceof Decoded.Accepted accepted
        ? storeOne(new Fit(id, accepted.record()))
        : Future.succeededFuture((Refused) decoded);
  }

  /** Null if it is stored; what PostgreSQL has against it, if that is its own fault. */
  private Future<@Nullable Refused> storeOne(Fit letter) {
    return takeAndStore(List.of(letter))
        .<@Nullable Refused>map(done -> null)
        .recover(
            e ->
                SqlFailure.of(e) == SqlFailure.DATA
                    ? Future.succeededFuture(refusedByPostgres(e))
                    : Future.failedFuture(e));
  }

  private static Refused refusedByPostgres(Throwable e) {
    return new Refused(RefusalKind.REFUSED_BY_POSTGRES, "PostgreSQL: " + SqlFailure.describe(e));
  }

  /** All or nothing. */
  private Future<Void> takeAndStore(List<Fit> letters) {
    List<UUID> ids = letters.stream().map(Fit::id).toList();
    List<LogRecord> records = letters.stream().map(Fit::record).toList();
    Delivery delivery = new Delivery(RecordBatch.of(records), WriteRequest.NO_ENTRY);
    return writer
        .writeCarefully(
            new WriteRequest(List.of(delivery), false),
            statement ->
                database.write(
                    connection ->
                        take(connection, ids)
                            .compose(
                                taken ->
                                    connection
                                        .preparedQuery(statement.sql())
                                        .execute(statement.parameters()))))
        .mapEmpty();
  }

  /** Removes them, or fails if another transaction has removed any. */
  private static Future<Void> take(SqlConnection connection, List<UUID> ids) {
    return connection
        .preparedQuery(TAKE)
        .execute(array(ids))
        .compose(
            rows ->
                rows.rowCount() == ids.size()
                    ? Future.succeededFuture()
                    : Future.failedFuture(new GoneException()));
  }

  private static final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GoneException() {
      super("a dead letter is gone", null, false, false);
    }
  }

  /**
   * Notes that these were tried; answers how many are still there.
   *
   * @param asTheyAre whether what failed was their own payload, so that its reason is theirs
   */
  private Future<Integer> noteFailures(List<Unfit> letters, boolean asTheyAre) {
    if (letters.isEmpty()) {
      return Future.succeededFuture(0);
    }
    List<Tuple> rows =
        letters.stream()
            .map(
                letter ->
                    Tuple.tuple()
                        .addUUID(letter.id())
                        .addString(asTheyAre ? letter.why().kind().code() : null)
                        .addString(asTheyAre ? letter.why().reason() : null))
            .toList();
    return database.write(
        connection ->
            connection.preparedQuery(NOTE_FAILURE).executeBatch(rows).map(RowCounts::sum));
  }
}
