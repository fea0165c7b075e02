package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Up to when the records of each app are too old: to the midnight (UTC) that is as many whole days
 * back as the app's own limit says, or the general one. So a record is kept for a day longer than
 * its limit at most, and a partition of a day is too old as a whole or not at all. PostgreSQL's
 * clock counts.
 *
 * @param now when this was read
 * @param newest of all apps, and of the general limit; null if no record is ever too old
 * @param hash of all of them: another one means that some have changed
 */
record AppCutoffs(OffsetDateTime now, @Nullable OffsetDateTime newest, long hash) {

  /**
   * A common table expression {@code cutoffs(id, cutoff)} of the apps that have a limit; {@code $1}
   * is the general one or null. Two thousand years are as good as none, and stay within what a time
   * can be.
   */
  static final String CTE =
      """
      cutoffs AS (
        SELECT id, date_trunc('day', now(), 'UTC') - make_interval(days => least(days, 730000)) AS cutoff
        FROM (SELECT id, coalesce(retention_days, $1::int4) AS days FROM apps WHERE deleted_at IS NULL) AS a
        WHERE days IS NOT NULL
      )
      """;

  private static final String READ =
      "WITH "
          + CTE
          + """
          SELECT now(),
            greatest(max(cutoff), CASE WHEN $1::int4 IS NOT NULL
              THEN date_trunc('day', now(), 'UTC') - make_interval(days => least($1::int4, 730000)) END),
            hashtextextended(coalesce(string_agg(id || ' ' || cutoff, ',' ORDER BY id), ''), 0)
          FROM cutoffs""";

  static Future<AppCutoffs> read(SqlConnection connection, @Nullable Integer maxAgeDays) {
    return connection
        .preparedQuery(READ)
        .execute(Tuple.tuple().addInteger(maxAgeDays))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return new AppCutoffs(
                  row.getOffsetDateTime(0), row.getOffsetDateTime(1), row.getLong(2));
            });
  }
}
