package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;

/** What was asked for by hand of sealing, in the order in which it was. Stateless. */
final class StorageOrders {
  private static final String NEXT =
      "SELECT id, kind, since, until FROM storage_orders ORDER BY id LIMIT 1";

  private static final String ADD =
      "INSERT INTO storage_orders (kind, since, until) VALUES ($1, $2, $3)";

  private static final String DONE = "DELETE FROM storage_orders WHERE id = $1";

  private StorageOrders() {}

  /** What is to be done. */
  enum Kind {
    SEAL,
    UNSEAL
  }

  /**
   * An order that is not done yet.
   *
   * @param since of which times; inclusive
   * @param until exclusive
   */
  record Order(long id, Kind kind, OffsetDateTime since, OffsetDateTime until) {
    private static Order of(Row row) {
      return new Order(
          row.getLong(0),
          Kind.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
          row.getOffsetDateTime(2),
          row.getOffsetDateTime(3));
    }
  }

  static Future<Void> add(
      SqlConnection connection, Kind kind, OffsetDateTime since, OffsetDateTime until) {
    return connection
        .preparedQuery(ADD)
        .execute(Tuple.of(kind.name().toLowerCase(Locale.ROOT), since, until))
        .mapEmpty();
  }

  static Future<Optional<Order>> next(SqlConnection connection) {
    return connection
        .query(NEXT)
        .execute()
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(Order.of(rows.iterator().next())));
  }

  static Future<Void> done(SqlConnection connection, Order order) {
    return connection.preparedQuery(DONE).execute(Tuple.of(order.id())).mapEmpty();
  }
}
