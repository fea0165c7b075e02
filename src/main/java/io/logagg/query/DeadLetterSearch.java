package io.logagg.query;

import io.logagg.filter.DeadLetterFilter;
import io.logagg.filter.DeadLetterFilter.Page;
import io.logagg.filter.Sql;
import io.logagg.postgres.Database;
import io.logagg.record.AppAccess;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.RefusalKind;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds and counts dead letters, newest first; ids are in the order in which they were first seen.
 * Thread-safe.
 */
public final class DeadLetterSearch {
  /** Of payloads in one page, so that a page of large ones fits into a small heap. */
  private static final long PAGE_BYTES = 4L << 20;

  private static final String COLUMNS =
      "id, payload, kind, reason, source, app, service, level, first_seen, last_seen, tries";

  private final Database database;

  public DeadLetterSearch(Database database) {
    this.database = database;
  }

  /** A dead letter as it is shown. Times in microseconds since the epoch. */
  public record DeadLetterRow(DeadLetter letter, long lastSeenMicros, int tries) {}

  /**
   * One page: no more letters than asked for, and fewer where they are large, but at least one.
   *
   * @param more whether others follow
   */
  public record Found<T>(List<T> items, boolean more) {}

  /**
   * One page.
   *
   * @param after the id of the last one of the page before; null for the first page
   */
  public Future<Found<DeadLetterRow>> list(
      DeadLetterFilter filter, int limit, @Nullable UUID after) {
    return rows(filter.select(COLUMNS, new Page(after, limit, PAGE_BYTES)))
        .map(
            rows -> {
              List<DeadLetterRow> list = new ArrayList<>(rows.size());
              rows.forEach(row -> list.add(row(row)));
              return new Found<>(list, more(rows));
            });
  }

  /** The ids alone of such a page. */
  public Future<Found<UUID>> ids(DeadLetterFilter filter, int limit, @Nullable UUID after) {
    return rows(filter.select("id", new Page(after, limit, PAGE_BYTES)))
        .map(
            rows -> {
              List<UUID> list = new ArrayList<>(rows.size());
              rows.forEach(row -> list.add(row.getUUID(0)));
              return new Found<>(list, more(rows));
            });
  }

  private static boolean more(RowSet<Row> rows) {
    boolean more = false;
    for (Row row : rows) {
      more = row.getBoolean("more");
    }
    return more;
  }

  /** One dead letter; empty if there is none for this one to see. */
  public Future<Optional<DeadLetterRow>> find(AppAccess access, UUID id) {
    Sql sql = new Sql().add("SELECT " + COLUMNS + " FROM dead_letters WHERE id = ").bind(id);
    DeadLetterFilter.addAccess(sql, access);
    return rows(sql)
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.<DeadLetterRow>empty()
                    : Optional.of(row(rows.iterator().next())));
  }

  private Future<RowSet<Row>> rows(Sql sql) {
    return database.read(
        connection -> connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())));
  }

  private static DeadLetterRow row(Row row) {
    byte[] payload = row.getBuffer(1).getBytes();
    DeadLetter letter =
        DeadLetter.of(
                row.getUUID(0),
                payload,
                0,
                payload.length,
                row.getString(3),
                row.getString(4),
                new Defaults(row.getString(5), row.getString(6), row.getString(7)),
                Timestamps.micros(row.getOffsetDateTime(8)))
            .withKind(RefusalKind.of(row.getString(2)).orElse(RefusalKind.OTHER));
    return new DeadLetterRow(
        letter, Timestamps.micros(row.getOffsetDateTime(9)), row.getInteger(10));
  }

  /**
   * How many there are, in all and by value.
   *
   * @param bytes of their payloads
   * @param oldestMicros when the oldest was first seen; null if there is none
   * @param newestMicros when the newest was first seen
   */
  public record Totals(
      long total,
      long bytes,
      @Nullable Long oldestMicros,
      @Nullable Long newestMicros,
      Map<String, Long> byKind,
      Map<String, Long> bySource) {}

  public Future<Totals> totals(DeadLetterFilter filter) {
    Sql sql =
        new Sql()
            .add("SELECT kind, source, count(*), sum(bytes), min(first_seen), max(first_seen)")
            .add(" FROM dead_letters WHERE true");
    filter.addConditions(sql);
    return rows(sql.add(" GROUP BY 1, 2")).map(DeadLetterSearch::totals);
  }

  private static Totals totals(RowSet<Row> rows) {
    long total = 0;
    long bytes = 0;
    Long oldest = null;
    Long newest = null;
    Map<String, Long> byKind = new TreeMap<>();
    Map<String, Long> bySource = new TreeMap<>();
    for (Row row : rows) {
      long count = row.getLong(2);
      total += count;
      bytes += row.getLong(3);
      byKind.merge(row.getString(0), count, Long::sum);
      bySource.merge(row.getString(1), count, Long::sum);
      long first = Timestamps.micros(row.getOffsetDateTime(4));
      long last = Timestamps.micros(row.getOffsetDateTime(5));
      oldest = oldest == null ? first : Math.min(oldest, first);
      newest = newest == null ? last : Math.max(newest, last);
    }
    return new Totals(total, bytes, oldest, newest, byKind, bySource);
  }

  /** What is kept, and what was dropped so far since there was too much; as of some seconds ago. */
  public record Bounded(long kept, long keptBytes, long dropped, long droppedBytes) {}

  public Future<Bounded> bounded() {
    return rows(new Sql()
            .add("SELECT kept, kept_bytes, dropped, dropped_bytes FROM dead_letter_totals"))
        .map(rows -> rows.iterator().next())
        .map(r -> new Bounded(r.getLong(0), r.getLong(1), r.getLong(2), r.getLong(3)));
  }
}
