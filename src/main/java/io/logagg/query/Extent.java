package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;

/** Where the records of a filter are, to the minute, and about how many. */
record Extent(long sinceMicros, long untilMicros, long records) {
  /** Found out by the rollups, so by names and times alone. */
  static Future<Extent> of(Database database, LogFilter filter, Abandonment abandonment) {
    Sql sql = new Sql();
    sql.add("SELECT min(at), max(at), sum(n)::int8 FROM (SELECT at, sum(n) AS n FROM (");
    Long since = filter.sinceMicros();
    new CountSql(sql, filter, time -> time)
        .addRollups(since == null ? null : CountSql.minute(since), filter.untilMicros());
    sql.add(") c JOIN apps a ON a.id = c.app_id AND a.deleted_at IS NULL")
        .add(" GROUP BY 1 HAVING sum(n) <> 0) m");
    return database
        .read(
            connection ->
                connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())),
            abandonment)
        .map(rows -> of(rows.iterator().next()));
  }

  private static Extent of(Row row) {
    OffsetDateTime first = row.getOffsetDateTime(0);
    if (first == null) {
      return new Extent(0, 0, 0);
    }
    long last = Timestamps.micros(row.getOffsetDateTime(1));
    return new Extent(Timestamps.micros(first), last + CountSql.MINUTE_MICROS, row.getLong(2));
  }
}
