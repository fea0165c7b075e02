package io.logagg.persistence;

import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.protocol.RefusedRecord;
import io.logagg.record.DeadLetter;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RefusalKind;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the records of one batch that PostgreSQL refuses, by trying halves in transactions that are
 * rolled back, and then stores the others, the batch's key and the dead letters in a single one. So
 * whatever dies in between, the batch is either stored as a whole or comes again as a whole.
 */
final class PoisonIsolation {
  private static final Logger LOG = LoggerFactory.getLogger(PoisonIsolation.class);
  private static final String SOURCE = "persistence";

  private final Database database;
  private final FieldCatalog fields;

  PoisonIsolation(Database database, FieldCatalog fields) {
    this.database = database;
    this.fields = fields;
  }

  /** A record that PostgreSQL refuses by itself, and why. */
  private record Poison(LogRecord record, String reason) {}

  /**
   * Stores a request of one delivery.
   *
   * @param error what PostgreSQL said to the whole of it
   */
  Future<WriteOutcome> store(
      WriteRequest request, Function<LogRecord, AppRef> appOf, Throwable error) {
    Delivery delivery = request.deliveries().get(0);
    return search(delivery.batch().records(), appOf, error)
        .compose(
            poisons -> {
              if (poisons.isEmpty()) {
                return Future.failedFuture(
                    error); // Each half goes in, the whole does not: try it again as it is.
              }
              return storeOthers(request, delivery, poisons, appOf);
            });
  }

  /** The poison among records that were refused together. */
  private Future<List<Poison>> search(
      List<LogRecord> records, Function<LogRecord, AppRef> appOf, Throwable error) {
    if (records.size() == 1) {
      LOG.warn(
          "PostgreSQL refuses record {} of {}: {}",
          records.get(0).id(),
          records.get(0).app(),
          SqlFailure.describe(error));
      return Future.succeededFuture(
          List.of(new Poison(records.get(0), "PostgreSQL: " + SqlFailure.describe(error))));
    }
    int middle = records.size() / 2;
    return probe(records.subList(0, middle), appOf)
        .compose(
            first ->
                probe(records.subList(middle, records.size()), appOf)
                    .map(
                        second -> {
                          List<Poison> all = new ArrayList<>(first);
                          all.addAll(second);
                          return all;
                        }));
  }

  private Future<List<Poison>> probe(List<LogRecord> records, Function<LogRecord, AppRef> appOf) {
    BatchSql statement =
        BatchSql.careful(
            new WriteRequest(List.of(delivery(records)), false), appOf, fields.fields());
    return database
        .<Void>write(
            connection ->
                execute(connection, statement).compose(done -> Future.failedFuture(new Rollback())))
        .map(List.<Poison>of())
        .recover(
            e -> {
              if (e instanceof Rollback) {
                return Future.succeededFuture(List.of());
              }
              return SqlFailure.of(e) == SqlFailure.DATA
                  ? search(records, appOf, e)
                  : Future.failedFuture(e);
            });
  }

  private static Delivery delivery(List<LogRecord> records) {
    return new Delivery(RecordBatch.of(records), WriteRequest.NO_ENTRY);
  }

  /** A trial went well, and is to leave nothing behind. */
  private static final class Rollback extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Rollback() {
      super("rolled back on purpose", null, false, false);
    }
  }

  private Future<WriteOutcome> storeOthers(
      WriteRequest request,
      Delivery delivery,
      List<Poison> poisons,
      Function<LogRecord, AppRef> appOf) {
    Set<UUID> bad = new HashSet<>();
    poisons.forEach(poison -> bad.add(poison.record().id()));
    List<LogRecord> good =
        delivery.batch().records().stream().filter(record -> !bad.contains(record.id())).toList();
    List<DeadLetter> letters = poisons.stream().map(PoisonIsolation::deadLetter).toList();
    return database.write(
        connection ->
            (request.rememberKeys() ? remember(connection, delivery) : Future.succeededFuture(1))
                .compose(
                    isNew ->
                        isNew == 0
                            ? Future.succeededFuture(repeated(delivery))
                            : DeadLetterSql.insert(connection, letters)
                                .compose(done -> storeGood(connection, good, appOf))
                                .map(
                                    stored ->
                                        new WriteOutcome(stored, good.size() - stored, letters))));
  }

  private Future<Integer> storeGood(
      SqlConnection connection, List<LogRecord> good, Function<LogRecord, AppRef> appOf) {
    if (good.isEmpty()) {
      return Future.succeededFuture(0);
    }
    return execute(
        connection,
        BatchSql.careful(new WriteRequest(List.of(delivery(good)), false), appOf, fields.fields()));
  }

  private static WriteOutcome repeated(Delivery delivery) {
    return new WriteOutcome(0, delivery.batch().records().size(), List.of());
  }

  /**
   * Notes that the batch was dealt with; 0 if that was known already, so that its dead letters are
   * not brought back either.
   */
  private static Future<Integer> remember(SqlConnection connection, Delivery delivery) {
    Long entryMs = delivery.forgettableAfterMs();
    return connection
        .preparedQuery(
            "INSERT INTO stored_entries (key, entry_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .execute(Tuple.tuple().addUUID(delivery.batch().key()).addLong(entryMs))
        .map(rows -> rows.rowCount());
  }

  private static Future<Integer> execute(SqlConnection connection, BatchSql statement) {
    return connection
        .preparedQuery(statement.sql())
        .execute(statement.parameters())
        .map(rows -> rows.iterator().next().getInteger("stored"));
  }

  private static DeadLetter deadLetter(Poison poison) {
    return RefusedRecord.deadLetter(
        poison.record(), RefusalKind.REFUSED_BY_POSTGRES, poison.reason(), SOURCE);
  }
}
