package io.logagg.persistence;

import io.logagg.alert.Receiver;
import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where notifications go, as people make and see it. Thread-safe. */
public final class AlertReceivers {
  /** More are not kept. */
  public static final int MAX = 50;

  static final String COLUMNS = "r.name, r.kind, r.url, r.authorization_header";

  /** With how it fares: what waits, and what became of the newest that is done. */
  private static final String READ =
      "SELECT r.id, r.created_at, "
          + COLUMNS
          + """
          , (SELECT count(*) FROM alert_deliveries d WHERE d.receiver_id = r.id AND d.done_at IS NULL),
            (SELECT d.error FROM alert_deliveries d WHERE d.receiver_id = r.id AND d.done_at IS NULL ORDER BY d.id LIMIT 1)
          FROM alert_receivers r
          """;

  private static final String CREATE =
      """
      INSERT INTO alert_receivers (name, kind, url, authorization_header)
      SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM alert_receivers) < $5 RETURNING id""";

  private static final String USED =
      "SELECT name FROM alert_rules WHERE (definition -> 'receivers')::jsonb ? $1 ORDER BY name LIMIT 1";

  private final Database database;

  public AlertReceivers(Database database) {
    this.database = database;
  }

  /**
   * A receiver and how it fares.
   *
   * @param createdAtMicros in microseconds since the epoch
   * @param waiting notifications that are not delivered yet
   * @param error of the last attempt to deliver the first of these; null without one
   */
  public record View(
      int id, Receiver receiver, long createdAtMicros, long waiting, @Nullable String error) {}

  /** What came of a change. */
  public sealed interface Outcome {}

  /** The receiver as it is now. */
  public record Kept(View view) implements Outcome {}

  /** It is gone. */
  public record Gone() implements Outcome {}

  /** There is none with this id. */
  public record Missing() implements Outcome {}

  /** There are too many. */
  public record Full() implements Outcome {}

  /** A rule names it. */
  public record Used(String rule) implements Outcome {}

  /** By name. */
  public Future<List<View>> list() {
    return database.read(
        connection ->
            connection.query(READ + "ORDER BY r.name").execute().map(AlertReceivers::views));
  }

  public Future<Optional<View>> find(int id) {
    return database.read(connection -> find(connection, id, ""));
  }

  private static Future<Optional<View>> find(SqlConnection connection, int id, String lock) {
    return connection
        .preparedQuery(READ + "WHERE r.id = $1" + lock)
        .execute(Tuple.of(id))
        .map(rows -> views(rows).stream().findFirst());
  }

  private static List<View> views(RowSet<Row> rows) {
    List<View> views = new ArrayList<>(rows.size());
    rows.forEach(
        row ->
            views.add(
                new View(
                    row.getInteger(0),
                    receiver(row, 2),
                    Timestamps.micros(row.getOffsetDateTime(1)),
                    row.getLong(6),
                    row.getString(7))));
    return views;
  }

  /** From these columns of a row, in the order of {@link #COLUMNS}. */
  static Receiver receiver(Row row, int from) {
    return new Receiver(
        row.getString(from),
        Receiver.Kind.of(row.getString(from + 1)),
        URI.create(row.getString(from + 2)),
        row.getString(from + 3));
  }

  /** Keeps a new one. A duplicate name fails as PostgreSQL's unique violation. */
  public Future<Outcome> create(Receiver receiver) {
    return database.write(
        connection ->
            connection
                // So that no two see room for one.
                .query("LOCK TABLE alert_receivers IN SHARE ROW EXCLUSIVE MODE")
                .execute()
                .compose(
                    locked ->
                        connection
                            .preparedQuery(CREATE)
                            .execute(
                                Tuple.of(
                                    receiver.name(),
                                    receiver.kind().code(),
                                    receiver.url().toString(),
                                    receiver.authorization(),
                                    MAX)))
                .compose(
                    rows ->
                        rows.size() == 0
                            ? Future.succeededFuture(new Full())
                            : kept(connection, rows.iterator().next().getInteger(0))));
  }

  private static Future<Outcome> kept(SqlConnection connection, int id) {
    return find(connection, id, "").map(view -> new Kept(view.orElseThrow()));
  }

  /** Changes one. One that a rule names keeps its name. */
  public Future<Outcome> update(int id, UnaryOperator<Receiver> change) {
    return database.write(
        connection ->
            find(connection, id, " FOR UPDATE OF r")
                .compose(
                    found -> {
                      if (found.isEmpty()) {
                        return Future.succeededFuture(new Missing());
                      }
                      Receiver before = found.get().receiver();
                      Receiver after = change.apply(before);
                      return before.name().equals(after.name())
                          ? replace(connection, id, after)
                          : unlessUsed(
                              connection, before.name(), () -> replace(connection, id, after));
                    }));
  }

  private static Future<Outcome> replace(SqlConnection connection, int id, Receiver receiver) {
    return connection
        .preparedQuery(
            "UPDATE alert_receivers SET name = $2, kind = $3, url = $4, authorization_header = $5 WHERE id = $1")
        .execute(
            Tuple.of(
                id,
                receiver.name(),
                receiver.kind().code(),
                receiver.url().toString(),
                receiver.authorization()))
        .compose(done -> kept(connection, id));
  }

  private static Future<Outcome> unlessUsed(
      SqlConnection connection, String name, Supplier<Future<Outcome>> action) {
    return connection
        .preparedQuery(USED)
        .execute(Tuple.of(name))
        .compose(
            rows ->
                rows.size() == 0
                    ? action.get()
                    : Future.succeededFuture(new Used(rows.iterator().next().getString(0))));
  }

  /** Deletes one that no rule names, and what was to be sent to it. */
  public Future<Outcome> delete(int id) {
    return database.write(
        connection ->
            find(connection, id, " FOR UPDATE OF r")
                .compose(
                    found ->
                        found.isEmpty()
                            ? Future.succeededFuture(new Missing())
                            : unlessUsed(
                                connection,
                                found.get().receiver().name(),
                                () ->
                                    connection
                                        .preparedQuery("DELETE FROM alert_receivers WHERE id = $1")
                                        .execute(Tuple.of(id))
                                        .map(new Gone()))));
  }
}
