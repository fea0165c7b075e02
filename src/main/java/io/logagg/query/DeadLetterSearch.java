package io.logagg.query;

import io.logagg.filter.DeadLetterFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds dead letters, newest first; ids are in the order in which they were first seen.
 * Thread-safe.
 */
public final class DeadLetterSearch {
  private static final String SELECT =
      "SELECT id, payload, reason, source, app, service, level, first_seen, last_seen, tries FROM dead_letters WHERE true";

  private final Database database;

  public DeadLetterSearch(Database database) {
    this.database = database;
  }

  /** A dead letter as it is shown. Times in microseconds since the epoch. */
  public record DeadLetterRow(DeadLetter letter, long lastSeenMicros, int tries) {}

  /**
   * One page.
   *
   * @param after the id of the last one of the page before; null for the first page
   */
  public Future<List<DeadLetterRow>> list(
      DeadLetterFilter filter, int limit, @Nullable UUID after) {
    Sql sql = new Sql().add(SELECT);
    filter.addConditions(sql);
    if (after != null) {
      sql.add(" AND id < ").bind(after);
    }
    return rows(sql.add(" ORDER BY id DESC LIMIT ").bind(limit));
  }

  /** One dead letter; empty if there is none. */
  public Future<Optional<DeadLetterRow>> find(UUID id) {
    return rows(new Sql().add(SELECT + " AND id = ").bind(id))
        .map(rows -> rows.stream().findFirst());
  }

  private Future<List<DeadLetterRow>> rows(Sql sql) {
    return database
        .read(
            connection ->
                connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())))
        .map(
            rows -> {
              List<DeadLetterRow> list = new ArrayList<>(rows.size());
              rows.forEach(row -> list.add(row(row)));
              return list;
            });
  }

  private static DeadLetterRow row(Row row) {
    byte[] payload = row.getBuffer(1).getBytes();
    DeadLetter letter =
        DeadLetter.of(
            row.getUUID(0),
            payload,
            0,
            payload.length,
            row.getString(2),
            row.getString(3),
            new Defaults(row.getString(4), row.getString(5), row.getString(6)),
            Timestamps.micros(row.getOffsetDateTime(7)));
    return new DeadLetterRow(
        letter, Timestamps.micros(row.getOffsetDateTime(8)), row.getInteger(9));
  }
}
