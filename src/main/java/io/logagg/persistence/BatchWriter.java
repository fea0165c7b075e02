package io.logagg.persistence;

import io.logagg.bus.BusException;
import io.logagg.bus.Failure;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.postgres.Database;
import io.logagg.postgres.SqlFailure;
import io.logagg.record.LogRecord;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores batches: learns the apps, makes the partitions that are missing, and narrows a batch that
 * PostgreSQL refuses down to the records at fault. Belongs to one context.
 */
final class BatchWriter {
  /** Apps and partitions can change under a batch, but hardly this often. */
  private static final int MAX_TRIES = 5;

  private final Database database;
  private final AppCatalog apps;
  private final FieldCatalog fields;
  private final Partitions partitions;
  private final PoisonIsolation isolation;
  private final StoreMeters meters;

  BatchWriter(
      Database database,
      AppCatalog apps,
      FieldCatalog fields,
      Partitions partitions,
      StoreMeters meters) {
    this.database = database;
    this.apps = apps;
    this.fields = fields;
    this.partitions = partitions;
    this.isolation = new PoisonIsolation(database, fields);
    this.meters = meters;
  }

  /** Stores in a transaction of its own, by a pipelined statement. */
  Future<WriteOutcome> write(WriteRequest request, WriterConnection connection) {
    if (!database.isReady()) {
      return Future.failedFuture(new BusException(Failure.TRANSIENT, "PostgreSQL is away"));
    }
    return write(request, connection, 1).recover(e -> Future.failedFuture(toBusException(e)));
  }

  private Future<WriteOutcome> write(
      WriteRequest request, WriterConnection connection, int attempt) {
    boolean careful = BatchSql.hasDedupeKeys(request);
    return attempt(request, connection::execute, careful, 1)
        .recover(e -> isolate(request, connection, e))
        .recover(
            e ->
                // A batch that was refused for its data had not come as far as being told.
                SqlFailure.of(e) == SqlFailure.FIELDS_CHANGED && attempt < MAX_TRIES
                    ? fields.load().compose(known -> write(request, connection, attempt + 1))
                    : Future.failedFuture(e));
  }

  /**
   * Stores with the careful statement, run by {@code executor}, which may do more in the same
   * transaction.
   */
  Future<WriteOutcome> writeCarefully(
      WriteRequest request, Function<BatchSql, Future<RowSet<Row>>> executor) {
    return attempt(request, executor, true, 1);
  }

  /** What can be mended is, and the statement is run again. */
  private Future<WriteOutcome> attempt(
      WriteRequest request,
      Function<BatchSql, Future<RowSet<Row>>> executor,
      boolean careful,
      int attempt) {
    return apps.learn(records(request).toList())
        .compose(
            known -> {
              WriteOutcome.@Nullable App app = onlyApp(request);
              return executor
                  .apply(statement(request, careful))
                  .map(rows -> outcome(request, rows, app));
            })
        .recover(
            e -> {
              // Something of it is there already; the careful statement finds out what.
              boolean repeated = SqlFailure.of(e) == SqlFailure.DUPLICATE;
              return mend(request, e, careful, attempt)
                  .onSuccess(mended -> meters.retried(cause(e)))
                  .compose(done -> attempt(request, executor, careful || repeated, attempt + 1));
            });
  }

  private static String cause(Throwable error) {
    return error instanceof ForgottenAppException
        ? "app_forgotten"
        : SqlFailure.of(error).name().toLowerCase(Locale.ROOT);
  }

  private BatchSql statement(WriteRequest request, boolean careful) {
    return careful
        ? BatchSql.careful(request, this::app, fields.fields())
        : BatchSql.plain(request, this::app, fields.fields());
  }

  private AppRef app(LogRecord record) {
    AppRef app = apps.find(record);
    if (app == null) {
      throw new ForgottenAppException();
    }
    return app;
  }

  /** Only callers that wait for one record ask for it. */
  private WriteOutcome.@Nullable App onlyApp(WriteRequest request) {
    if (request.size() != 1 || !request.allOrNothing()) {
      return null;
    }
    AppRef app = app(request.deliveries().get(0).batch().records().get(0));
    return new WriteOutcome.App(app.id(), app.name());
  }

  private static WriteOutcome outcome(
      WriteRequest request, RowSet<Row> rows, WriteOutcome.@Nullable App app) {
    int stored = rows.iterator().next().getInteger("stored");
    return new WriteOutcome(stored, request.size() - stored, List.of(), app);
  }

  /** Done if trying again makes sense, else failed with the same error. */
  private Future<Void> mend(WriteRequest request, Throwable error, boolean careful, int attempt) {
    if (attempt >= MAX_TRIES) {
      return Future.failedFuture(error);
    }
    if (error instanceof ForgottenAppException) {
      return Future.succeededFuture();
    }
    return switch (SqlFailure.of(error)) {
      case APP_CHANGED -> {
        apps.forget(records(request).toList());
        yield Future.succeededFuture();
      }
      case FIELDS_CHANGED -> fields.load();
      case NO_PARTITION ->
          partitions.ensure(records(request).mapToLong(LogRecord::timestampMicros));
      case DUPLICATE -> careful ? Future.failedFuture(error) : Future.succeededFuture();
      case CONFLICT -> Future.succeededFuture();
      default -> Future.failedFuture(error);
    };
  }

  /**
   * An app was learned, and forgotten before it was used: another batch has seen it change, or the
   * catalog overflowed.
   */
  private static final class ForgottenAppException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForgottenAppException() {
      super("an app was forgotten before it was used", null, false, false);
    }
  }

  private static Stream<LogRecord> records(WriteRequest request) {
    return request.deliveries().stream().flatMap(delivery -> delivery.batch().records().stream());
  }

  /**
   * Entry by entry first, so that a bad one costs its neighbours little; then within the bad one.
   */
  private Future<WriteOutcome> isolate(
      WriteRequest request, WriterConnection connection, Throwable error) {
    if (SqlFailure.of(error) != SqlFailure.DATA || request.allOrNothing()) {
      return Future.failedFuture(error);
    }
    meters.retried("narrowed");
    if (request.deliveries().size() == 1) {
      // Whatever was refused first hid whether all the others have a partition.
      return partitions
          .ensure(records(request).mapToLong(LogRecord::timestampMicros))
          .compose(done -> isolation.store(request, this::app, error));
    }
    Future<WriteOutcome> all = Future.succeededFuture(WriteOutcome.NOTHING);
    for (Delivery delivery : request.deliveries()) {
      WriteRequest single = new WriteRequest(List.of(delivery), request.rememberKeys());
      all = all.compose(before -> write(single, connection).map(before::plus));
    }
    return all;
  }

  private static BusException toBusException(Throwable error) {
    if (error instanceof BusException known) {
      return known;
    }
    Failure failure =
        switch (SqlFailure.of(error)) {
          case DATA -> Failure.REFUSED;
          case TIMEOUT -> Failure.TIMEOUT;
          default -> Failure.TRANSIENT;
        };
    return new BusException(failure, SqlFailure.describe(error), error);
  }
}
