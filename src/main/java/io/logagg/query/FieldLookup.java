package io.logagg.query;

import io.logagg.filter.BloomFilter;
import io.logagg.filter.FieldValue;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells in which stretches of time there can be records with some value of a field of {@code
 * metadata_}, for fields that have filters. Thread-safe.
 */
public final class FieldLookup {
  /** If there are more, going through them one by one is no better than going through all rows. */
  public static final int MAX_RANGES = 2000;

  private final Database database;

  public FieldLookup(Database database) {
    this.database = database;
  }

  /**
   * Where records of these times can have this value: in order, disjoint, and within these times.
   * Outside of them no record has it, though some inside may not have it either. Empty if it cannot
   * be told: the field has no filters, or not all rows have theirs yet, or the stretches are too
   * many.
   *
   * @param field a name or a dotted path, without {@code metadata_} before it
   * @param value as text; if it is a number, all spellings of it are meant
   * @param sinceMicros inclusive; null for the beginning
   * @param untilMicros exclusive; null for the end
   */
  public Future<Optional<List<TimeRange>>> ranges(
      String field,
      String value,
      @Nullable Long sinceMicros,
      @Nullable Long untilMicros,
      Abandonment abandonment) {
    long since = sinceMicros == null ? Timestamps.MIN_MICROS : sinceMicros;
    long until = untilMicros == null ? Timestamps.MAX_MICROS + 1 : untilMicros;
    if (value.length() > FieldValue.MAX_NUMBER_CHARS) {
      return Future.succeededFuture(Optional.empty());
    }
    Sql sql = sql(field, spellings(value), since, until);
    return database
        .read(
            connection ->
                connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())),
            abandonment)
        .map(rows -> ranges(rows, since, until));
  }

  private static List<String> spellings(String value) {
    Optional<String> canonical = FieldValue.canonicalNumber(value);
    return canonical.isEmpty() || canonical.get().equals(value)
        ? List.of(value)
        : List.of(value, canonical.get());
  }

  /** Whether the field is complete, with each range; one row without a range if there is none. */
  private static Sql sql(String field, List<String> values, long since, long until) {
    Sql sql = new Sql();
    sql.add(
            "SELECT f.field, r.since, r.until FROM (SELECT field FROM indexed_fields WHERE field = ")
        .bind(field)
        .add(" AND complete) f LEFT JOIN (SELECT lower(r) AS since, upper(r) AS until FROM (")
        .add("SELECT unnest(range_agg(tstzrange(since, until, '[]'))) AS r FROM field_filters")
        .add(" WHERE field = ")
        .bind(field)
        .add(" AND until >= ")
        .bind(Timestamps.utc(since))
        .add(" AND since < ")
        .bind(Timestamps.utc(until));
    BloomFilter.addCondition(sql, values);
    return sql.add(") merged ORDER BY 1 LIMIT " + (MAX_RANGES + 1))
        .add(") r ON true ORDER BY r.since");
  }

  private static Optional<List<TimeRange>> ranges(RowSet<Row> rows, long since, long until) {
    if (rows.size() == 0 || rows.size() > MAX_RANGES) {
      return Optional.empty();
    }
    List<TimeRange> ranges = new ArrayList<>();
    for (Row row : rows) {
      if (row.getOffsetDateTime(1) != null) {
        long from = Math.max(since, Timestamps.micros(row.getOffsetDateTime(1)));
        long to = Math.min(until, Timestamps.micros(row.getOffsetDateTime(2)) + 1);
        ranges.add(new TimeRange(from, to));
      }
    }
    return Optional.of(List.copyOf(ranges));
  }
}
