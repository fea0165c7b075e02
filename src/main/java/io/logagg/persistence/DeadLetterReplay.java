package io.logagg.persistence;

import io.logagg.bus.ReplayOutcome;
import io.logagg.bus.ReplayOutcome.Kind;
import io.logagg.bus.ReplayRequest;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.protocol.Decoded;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stores a dead letter as the record that it was to be and removes it, in one transaction, so that
 * a second replay finds nothing. The record's stamps follow from the letter's id. Belongs to one
 * context.
 */
final class DeadLetterReplay {
  private static final String READ =
      "SELECT payload, app, service, level, first_seen FROM dead_letters WHERE id = $1";
  private static final String DELETE = "DELETE FROM dead_letters WHERE id = $1";
  private static final String NOTE_FAILURE =
      """
      UPDATE dead_letters SET tries = tries + 1, last_seen = now(), reason = $2, payload = coalesce($3, payload)
      WHERE id = $1""";

  private final Database database;
  private final BatchWriter writer;
  private final JsonRecordDecoder decoder;

  DeadLetterReplay(Database database, BatchWriter writer, JsonRecordDecoder decoder) {
    this.database = database;
    this.writer = writer;
    this.decoder = decoder;
  }

  Future<ReplayOutcome> replay(ReplayRequest request) {
    return database
        .read(connection -> connection.preparedQuery(READ).execute(Tuple.of(request.id())))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(new ReplayOutcome(Kind.GONE, null))
                    : replay(request, rows.iterator().next()));
  }

  private Future<ReplayOutcome> replay(ReplayRequest request, Row row) {
    String corrected = request.corrected();
    byte[] payload =
        corrected != null
            ? corrected.getBytes(StandardCharsets.UTF_8)
            : row.getBuffer("payload").getBytes();
    Defaults defaults =
        new Defaults(row.getString("app"), row.getString("service"), row.getString("level"));
    long seenAt = Timestamps.micros(row.getOffsetDateTime("first_seen"));
    DerivedStamps stamps = new DerivedStamps("dead letter " + request.id(), seenAt);
    Decoded decoded = decoder.decode(payload, 0, payload.length, defaults, stamps, null);
    if (decoded instanceof Decoded.Refused refused) {
      return refuse(request, refused.reason());
    }
    return store(request.id(), ((Decoded.Accepted) decoded).record())
        .recover(
            e ->
                SqlFailure.of(e) == SqlFailure.DATA
                    ? refuse(request, "PostgreSQL: " + SqlFailure.describe(e))
                    : Future.failedFuture(e));
  }

  private Future<ReplayOutcome> store(UUID id, LogRecord record) {
    Delivery delivery = new Delivery(RecordBatch.of(List.of(record)), WriteRequest.NO_ENTRY);
    return writer
        .writeCarefully(
            new WriteRequest(List.of(delivery), false), statement -> takeAndStore(id, statement))
        .map(stored -> new ReplayOutcome(Kind.STORED, null))
        .recover(
            e ->
                e instanceof GoneException
                    ? Future.succeededFuture(new ReplayOutcome(Kind.GONE, null))
                    : Future.failedFuture(e));
  }

  private Future<RowSet<Row>> takeAndStore(UUID id, BatchSql statement) {
    return database.write(
        connection ->
            take(connection, id)
                .compose(
                    taken ->
                        connection.preparedQuery(statement.sql()).execute(statement.parameters())));
  }

  /** Removes it, or fails if another transaction has. */
  private static Future<Void> take(SqlConnection connection, UUID id) {
    return connection
        .preparedQuery(DELETE)
        .execute(Tuple.of(id))
        .compose(
            rows ->
                rows.rowCount() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(new GoneException()));
  }

  private static final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GoneException() {
      super("the dead letter is gone", null, false, false);
    }
  }

  private Future<ReplayOutcome> refuse(ReplayRequest request, String reason) {
    @Nullable String corrected = request.corrected();
    Tuple parameters =
        Tuple.tuple()
            .addUUID(request.id())
            .addString(reason)
            .addBuffer(corrected == null ? null : Buffer.buffer(corrected));
    return database
        .write(connection -> connection.preparedQuery(NOTE_FAILURE).execute(parameters))
        .map(
            rows ->
                rows.rowCount() == 0
                    ? new ReplayOutcome(Kind.GONE, null)
                    : new ReplayOutcome(Kind.REFUSED, reason));
  }
}
