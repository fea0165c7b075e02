package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for by hand of sealing: kept in PostgreSQL, and carried out by the process that
 * seals, in the order in which it was asked for. Thread-safe.
 */
public final class StorageOrders {
  /** More do not wait at a time. */
  public static final int MAX_WAITING = 100;

  /** So many of those that are done can still be seen. */
  private static final int KEPT = 100;

  private static final String COLUMNS =
      "id, kind, since, until, asked_at, started_at, records, done_at, problem";

  private static final String NEXT =
      "SELECT " + COLUMNS + " FROM storage_orders WHERE done_at IS NULL ORDER BY id LIMIT 1";

  private static final String LIST =
      "SELECT " + COLUMNS + " FROM storage_orders ORDER BY id DESC LIMIT " + (KEPT + MAX_WAITING);

  private static final String ADD =
      """
      INSERT INTO storage_orders (kind, since, until)
      SELECT $1, $2, $3 WHERE (SELECT count(*) FROM storage_orders WHERE done_at IS NULL) < $4
      RETURNING\s"""
          + COLUMNS;

  private static final String BEGIN =
      "UPDATE storage_orders SET started_at = coalesce(started_at, now()) WHERE id = $1";

  private static final String COUNT =
      "UPDATE storage_orders SET records = records + $2 WHERE id = $1";

  private static final String NOTE =
      "UPDATE storage_orders SET problem = $2 WHERE id = $1 AND done_at IS NULL AND problem IS DISTINCT FROM $2";

  private static final String END =
      "UPDATE storage_orders SET done_at = now(), problem = $2 WHERE id = $1";

  private static final String FORGET =
      """
      DELETE FROM storage_orders WHERE done_at IS NOT NULL AND id <=
        (SELECT id FROM storage_orders WHERE done_at IS NOT NULL ORDER BY id DESC OFFSET $1 LIMIT 1)""";

  private final Database database;

  public StorageOrders(Database database) {
    this.database = database;
  }

  /** What is to be done. */
  public enum Kind {
    /** Rows become blocks. */
    SEAL,
    /** Blocks become rows. */
    UNSEAL;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** How it is written outside the program. */
    public String code() {
      return code;
    }
  }

  /** How far an order is. */
  public enum State {
    WAITING,
    RUNNING,
    DONE,
    /** At its end, but not all of it could be done. */
    INCOMPLETE;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** How it is written outside the program. */
    public String code() {
      return code;
    }
  }

  /**
   * An order. Times in microseconds since the epoch.
   *
   * @param sinceMicros of which times; inclusive
   * @param untilMicros exclusive
   * @param startedAtMicros null while it waits
   * @param records how many were moved so far
   * @param doneAtMicros null until it is at its end
   * @param problem why not all was done, or why it is not gone on with now; null otherwise
   */
  public record Order(
      long id,
      Kind kind,
      long sinceMicros,
      long untilMicros,
      long askedAtMicros,
      @Nullable Long startedAtMicros,
      long records,
      @Nullable Long doneAtMicros,
      @Nullable String problem) {

    private static Order of(Row row) {
      return new Order(
          row.getLong(0),
          Kind.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
          Timestamps.micros(row.getOffsetDateTime(2)),
          Timestamps.micros(row.getOffsetDateTime(3)),
          Timestamps.micros(row.getOffsetDateTime(4)),
          micros(row.getOffsetDateTime(5)),
          row.getLong(6),
          micros(row.getOffsetDateTime(7)),
          row.getString(8));
    }

    private static @Nullable Long micros(@Nullable OffsetDateTime time) {
      return time == null ? null : Timestamps.micros(time);
    }

    /** How far it is. */
    public State state() {
      if (doneAtMicros != null) {
        return problem == null ? State.DONE : State.INCOMPLETE;
      }
      return startedAtMicros == null ? State.WAITING : State.RUNNING;
    }

    OffsetDateTime since() {
      return Timestamps.utc(sinceMicros);
    }

    OffsetDateTime until() {
      return Timestamps.utc(untilMicros);
    }
  }

  /**
   * Asks for something; empty if too many wait.
   *
   * @param sinceMicros in microseconds since the epoch; inclusive
   * @param untilMicros exclusive
   */
  public Future<Optional<Order>> add(Kind kind, long sinceMicros, long untilMicros) {
    Tuple order =
        Tuple.of(
            kind.code(), Timestamps.utc(sinceMicros), Timestamps.utc(untilMicros), MAX_WAITING);
    return database.write(
        connection ->
            connection
                // So that no two see room for one.
                .query("LOCK TABLE storage_orders IN SHARE ROW EXCLUSIVE MODE")
                .execute()
                .compose(locked -> connection.preparedQuery(ADD).execute(order))
                .map(StorageOrders::first));
  }

  private static Optional<Order> first(RowSet<Row> rows) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(Order.of(rows.iterator().next()));
  }

  /** Those that wait and the newest of the others, the newest first. */
  static Future<List<Order>> list(SqlConnection connection) {
    return connection
        .preparedQuery(LIST)
        .execute()
        .map(
            rows -> {
              List<Order> orders = new ArrayList<>(rows.size());
              rows.forEach(row -> orders.add(Order.of(row)));
              return orders;
            });
  }

  /** The first that is not done. */
  static Future<Optional<Order>> next(SqlConnection connection) {
    return connection.preparedQuery(NEXT).execute().map(StorageOrders::first);
  }

  static Future<Void> begin(SqlConnection connection, Order order) {
    return connection.preparedQuery(BEGIN).execute(Tuple.of(order.id())).mapEmpty();
  }

  /** Why it is not gone on with now; it will be tried again. */
  static Future<Void> note(SqlConnection connection, Order order, String problem) {
    return connection.preparedQuery(NOTE).execute(Tuple.of(order.id(), problem)).mapEmpty();
  }

  /** So many records more were moved. */
  static Future<Void> count(SqlConnection connection, Order order, long records) {
    return connection.preparedQuery(COUNT).execute(Tuple.of(order.id(), records)).mapEmpty();
  }

  /**
   * It is at its end, and the oldest such are forgotten.
   *
   * @param problem why not all of it was done, null if it was
   */
  static Future<Void> end(SqlConnection connection, Order order, @Nullable String problem) {
    return connection
        .preparedQuery(END)
        .execute(Tuple.of(order.id(), problem))
        .compose(done -> connection.preparedQuery(FORGET).execute(Tuple.of(KEPT)))
        .mapEmpty();
  }
}
