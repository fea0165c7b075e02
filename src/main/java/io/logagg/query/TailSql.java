package io.logagg.query;

import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.record.Timestamps;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements of {@link TailSource}. A row of {@code commits} counts only if the transaction
 * that it names brought it: those of a restored dump mean nothing.
 */
final class TailSql {
  /**
   * The newest commit that can be an anchor, and what was running beside it. All that this
   * statement sees was committed before its snapshot; if very many were running, the mark is put
   * before some of them.
   */
  private static final String MARK =
      """
      WITH running AS (SELECT x FROM pg_snapshot_xip(pg_current_snapshot()) AS x),
      last AS (
        SELECT xid, stored_at FROM commits
        WHERE xmin = xid::xid AND xid < coalesce(
          (SELECT x FROM running ORDER BY x OFFSET {running} LIMIT 1), pg_snapshot_xmax(pg_current_snapshot()))
        ORDER BY xid DESC LIMIT 1
      )
      """
          .replace("{running}", String.valueOf(TailMark.MAX_RUNNING));

  private static final String MARK_COLUMNS =
      """
      last.xid::text, last.stored_at, ARRAY(SELECT x::text FROM running WHERE x < last.xid ORDER BY running.x)
      """;

  /** One row with the mark of now, in {@link #MARK_COLUMNS}; none if no commit is known. */
  static final String NOW = MARK + "SELECT " + MARK_COLUMNS + " FROM last";

  /**
   * What is behind the snapshot {@code $1}: all from its end on, and what was running then. Two
   * ways into the index, because between them there may be an hour of commits.
   */
  private static final String BEHIND =
      """
      (
        SELECT * FROM commits WHERE xid >= pg_snapshot_xmax($1::text::pg_snapshot) AND xmin = xid::xid
        UNION ALL
        SELECT * FROM commits WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::text::pg_snapshot))) AND xmin = xid::xid
      )""";

  private static final String KNOWN =
      "EXISTS (SELECT FROM commits WHERE xmin = xid::xid AND xid = ${xid}::text::xid8 AND stored_at = ${at}::timestamptz)";

  /**
   * The group from the mark {@code $1} (a snapshot; its anchor {@code $2}, {@code $3}) up to now:
   * the mark of now, whether the anchor is known, the number of records, and of them those that are
   * passed over, with the last such commit, because {@code $4} newer ones wait.
   */
  static final String GROUP =
      MARK
          + """
          , fresh AS (
            SELECT xid, n, sum(n) OVER (ORDER BY xid DESC ROWS UNBOUNDED PRECEDING) - n AS newer
            FROM {behind} c WHERE xid <= (SELECT xid FROM last)
          ),
          cut AS (SELECT max(xid) AS xid FROM fresh WHERE newer >= $4)
          """
              .replace("{behind}", BEHIND)
          + "SELECT "
          + MARK_COLUMNS
          + ", "
          + known(2)
          + """
             AS known,
            (SELECT count(*) FROM fresh) AS commits, (SELECT xid::text FROM cut) AS cut,
            (SELECT coalesce(sum(n), 0)::int8 FROM fresh WHERE xid <= (SELECT xid FROM cut)) AS skipped
          FROM last""";

  private static final String GROUP_COMMITS =
      "{behind} c WHERE pg_visible_in_snapshot(xid, $2::text::pg_snapshot)"
          .replace("{behind}", BEHIND);

  /**
   * Where the rows of a group lie, from the time {@code $3} on, at most {@code $4} ranges; all if
   * both anchors are known and the group is of a size that {@link #GROUP} makes.
   */
  static final String RANGES =
      """
      WITH c AS MATERIALIZED (SELECT c.* FROM {commits}),
      fits AS (
        SELECT {known-from} AND {known-to} AND coalesce(sum(n) - max(n), 0) < $9 AS fits FROM c
      )
      SELECT fits, r.since, r.until FROM fits LEFT JOIN (
        SELECT lower(r) AS since, upper(r) AS until FROM (
          SELECT unnest(range_agg(tstzrange(t.since, t.until, '[]'))) AS r
          FROM c CROSS JOIN LATERAL unnest(c.since, c.until) AS t(since, until)
        ) merged WHERE upper(r) >= $3 ORDER BY 1 LIMIT $4
      ) r ON fits ORDER BY r.since"""
          .replace("{commits}", GROUP_COMMITS)
          .replace("{known-from}", known(5))
          .replace("{known-to}", known(7));

  private TailSql() {}

  private static String known(int parameter) {
    return KNOWN
        .replace("{xid}", String.valueOf(parameter))
        .replace("{at}", String.valueOf(parameter + 1));
  }

  /** A stretch of time that may hold rows; both ends belong to it. */
  record Range(OffsetDateTime since, OffsetDateTime until) {}

  /**
   * The rows of a group in these ranges, behind a place, with the running sum of their sizes behind
   * their columns. As {@link LogScan} does, it takes rows without their apps off the key's index,
   * and as many as fit.
   */
  static Sql rows(
      TailMark from,
      TailPosition.Within within,
      List<Range> ranges,
      @Nullable LogFilter filter,
      int maxRows,
      int maxBytes) {
    Sql sql = new Sql();
    // These two have the places that the group's commits are asked for with.
    String fromSnapshot = sql.parameter(from.snapshot());
    String toSnapshot = sql.parameter(within.to().snapshot());
    String commits = GROUP_COMMITS.replace("$1", fromSnapshot).replace("$2", toSnapshot);
    String order = " ORDER BY \"timestamp\", seq";
    sql.add("WITH c AS MATERIALIZED (SELECT xid::xid AS xmin FROM ").add(commits).add(") ");
    sql.add("SELECT " + LogRow.COLUMNS + ", l.bytes FROM (SELECT *, sum(size) OVER (")
        .add(order.strip() + " ROWS UNBOUNDED PRECEDING) AS bytes FROM (SELECT *, ")
        .add("octet_length(message) + octet_length(metadata_) + 200 AS size FROM (")
        .add("SELECT l.* FROM unnest(")
        .bind(ranges.stream().map(Range::since).toArray(OffsetDateTime[]::new))
        .add("::timestamptz[], ")
        .bind(ranges.stream().map(Range::until).toArray(OffsetDateTime[]::new))
        .add("::timestamptz[]) AS r(since, until) CROSS JOIN LATERAL (")
        .add("SELECT l.seq, l.\"timestamp\", l.level, l.message, l.service, l.app_id, ")
        .add("l.metadata_::text, l.received_at, l.source_id FROM logs l")
        .add(" WHERE l.\"timestamp\" >= r.since AND l.\"timestamp\" <= r.until")
        // Not a bare IN, which would become a join: this is looked up in a hash table.
        .add(" AND (l.xmin IN (SELECT xmin FROM c)) IS TRUE");
    addPlace(sql, within);
    FilterSql.addLiveApps(sql);
    if (filter != null) {
      FilterSql.addConditions(sql, filter);
    }
    sql.add(order + " LIMIT ").bind(maxRows).add(") l" + order + " LIMIT ").bind(maxRows);
    return sql.add(") page) sized) l JOIN apps a ON a.id = l.app_id WHERE l.bytes - l.size < ")
        .bind((long) maxBytes)
        .add(order);
  }

  private static void addPlace(Sql sql, TailPosition.Within place) {
    OffsetDateTime time = Timestamps.utc(place.timestampMicros());
    // The row comparison alone would not let PostgreSQL skip partitions.
    sql.add(" AND l.\"timestamp\" >= ").bind(time);
    sql.add(" AND (l.\"timestamp\", l.seq) > (").bind(time).add(", ").bind(place.seq()).add(")");
  }
}
