package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which partitions may be sealed, merged or dropped: the table {@code sealing}. Stateless. */
final class SealCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(SealCatalog.class);

  /** Partitions {@code $1}, with the times that they begin ({@code $2}) and end ({@code $3}). */
  private static final String KNOWN =
      """
      known AS (SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS p(partition, since, until))
      """;

  /** And when something was last stored in which of them, as far as {@code commits} remembers. */
  private static final String KNOWN_AND_WRITTEN =
      KNOWN
          + """
      , written AS (
        SELECT k.partition, max(c.stored_at) AS at
        FROM commits c CROSS JOIN LATERAL unnest(c.since, c.until) AS t(since, until)
        JOIN known k ON t.since < k.until AND t.until >= k.since
        WHERE c.stored_at > now() - interval '70 minutes'
        GROUP BY 1
      )
      """;

  /**
   * Notes what was stored, as far as {@code commits} remembers, which is an hour. A partition that
   * is new here, or was not looked at for as long, counts as written to now.
   */
  private static final String NOTE =
      "WITH "
          + KNOWN_AND_WRITTEN
          + """
          INSERT INTO sealing AS s (partition, last_write)
          SELECT k.partition, coalesce(w.at, '-infinity') FROM known k LEFT JOIN written w USING (partition)
          ON CONFLICT (partition) DO UPDATE SET looked_at = now(),
            last_write = CASE WHEN s.looked_at < now() - interval '50 minutes' THEN now()
              ELSE greatest(s.last_write, excluded.last_write) END,
            empty_at = CASE WHEN excluded.last_write > s.last_write THEN NULL ELSE s.empty_at END""";

  private static final String FIRST_NOTE =
      "INSERT INTO sealing (partition) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING";

  private static final String FORGET = "DELETE FROM sealing WHERE partition <> ALL ($1::text[])";

  /**
   * Those that ended {@code $4} hours ago, and have been quiet for as long, as it was noted; what
   * was stored since then is looked for when one of them is begun.
   */
  private static final String QUIET =
      "WITH "
          + KNOWN
          + """
          SELECT k.partition FROM known k JOIN sealing s USING (partition)
          WHERE k.until < now() - make_interval(hours => $4) AND s.empty_at IS NULL
            AND s.last_write < now() - make_interval(hours => $4)""";

  /**
   * Those from {@code $4} to {@code $5} that have ended, and in which nothing was stored as far as
   * {@code commits} remembers.
   */
  private static final String QUIET_FOR_AN_HOUR =
      "WITH "
          + KNOWN_AND_WRITTEN
          + """
          SELECT k.partition FROM known k LEFT JOIN written w USING (partition)
          WHERE w.at IS NULL AND k.until <= now() AND k.since < $5 AND k.until > $4""";

  /** Whether something was stored from {@code $1} to {@code $2} as far as is remembered. */
  private static final String IS_WRITTEN =
      """
      SELECT EXISTS (SELECT FROM commits c CROSS JOIN LATERAL unnest(c.since, c.until) AS t(since, until)
        WHERE c.stored_at > now() - interval '70 minutes' AND t.since < $2 AND t.until >= $1),
        pg_snapshot_xmin(pg_current_snapshot())::text""";

  /** The same of transactions from {@code $3} on, which are few. */
  private static final String IS_WRITTEN_SINCE =
      """
      SELECT EXISTS (SELECT FROM commits c CROSS JOIN LATERAL unnest(c.since, c.until) AS t(since, until)
        WHERE c.xid >= $3::text::xid8 AND t.since < $2 AND t.until >= $1), $3::text""";

  private static final String NOTE_EMPTY =
      "UPDATE sealing SET empty_at = now() WHERE partition = $1 AND empty_at IS NULL";

  /** So that what was unsealed stays so for as long as any row does. */
  private static final String NOTE_WRITTEN =
      """
      INSERT INTO sealing AS s (partition) VALUES ($1)
      ON CONFLICT (partition) DO UPDATE SET last_write = now(), empty_at = NULL""";

  private static final String LEFT_EMPTY =
      "SELECT partition FROM sealing WHERE empty_at < now() - make_interval(mins => $1)";

  private static final String FORGET_ONE = "DELETE FROM sealing WHERE partition = $1";

  private static final String NOTE_TOTALS =
      """
      UPDATE sealing_totals t SET blocks = b.blocks, records = b.records, bytes = s.bytes
      FROM (SELECT count(*) AS blocks, coalesce(sum(n), 0) AS records FROM blocks) b,
        (SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0) AS bytes FROM pg_inherits
         WHERE inhparent = 'blocks'::regclass) s
      WHERE (t.blocks, t.records, t.bytes) IS DISTINCT FROM (b.blocks, b.records, s.bytes)""";

  private static final String NOT_QUIET = ": not ended, or written to within the last 70 minutes";

  private SealCatalog() {}

  /** Something was stored in a partition just now; who follows must find it as a row. */
  static final class WrittenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrittenException(PartitionRange range) {
      super(range.table() + NOT_QUIET, null, false, false);
    }
  }

  /**
   * Fails with a {@link WrittenException} if something was stored in a partition within the time
   * that is remembered.
   *
   * @return from which transaction on to look the next time
   */
  static Future<String> failIfWritten(SqlConnection connection, PartitionRange range) {
    return failIfWritten(connection, IS_WRITTEN, range, Tuple.of(range.start(), range.end()));
  }

  /** The same, by those who were under way, or began, when it was looked for before. */
  static Future<String> failIfWrittenSince(
      SqlConnection connection, PartitionRange range, String xid) {
    return failIfWritten(
        connection, IS_WRITTEN_SINCE, range, Tuple.of(range.start(), range.end(), xid));
  }

  private static Future<String> failIfWritten(
      SqlConnection connection, String sql, PartitionRange range, Tuple parameters) {
    return connection
        .preparedQuery(sql)
        .execute(parameters)
        .compose(
            rows -> {
              Row row = rows.iterator().next();
              return row.getBoolean(0)
                  ? Future.failedFuture(new WrittenException(range))
                  : Future.succeededFuture(row.getString(1));
            });
  }

  /** Notes what was stored in which partition. */
  static Future<Void> note(SqlConnection connection) {
    return PartitionCatalog.ranges(connection)
        .compose(
            ranges ->
                connection
                    .preparedQuery(FIRST_NOTE)
                    .execute(names(ranges))
                    .compose(done -> connection.preparedQuery(FORGET).execute(names(ranges)))
                    .compose(
                        done ->
                            connection
                                .preparedQuery(NOTE)
                                .execute(PartitionCatalog.parameters(ranges))))
        .mapEmpty();
  }

  private static Tuple names(List<PartitionRange> ranges) {
    return Tuple.tuple()
        .addArrayOfString(ranges.stream().map(PartitionRange::table).toArray(String[]::new));
  }

  /** Those that may be sealed by themselves, the oldest first. */
  static Future<List<PartitionRange>> quiet(SqlConnection connection, int hours) {
    return PartitionCatalog.ranges(connection)
        .compose(
            ranges ->
                connection
                    .preparedQuery(QUIET)
                    .execute(PartitionCatalog.parameters(ranges).addInteger(hours)))
        .map(SealCatalog::ranges);
  }

  /**
   * The partitions of some times.
   *
   * @param quiet those that may be sealed by hand, the oldest first
   * @param left those that may not, since they have not ended or something was stored in them
   */
  record ByHand(List<PartitionRange> quiet, List<PartitionRange> left) {
    /** What is to be said of those that may not. */
    List<String> problems() {
      return left.isEmpty()
          ? List.of()
          : List.of(
              left.stream().map(PartitionRange::table).collect(Collectors.joining(", "))
                  + NOT_QUIET);
    }
  }

  /** Which partitions of some times may be sealed by hand. */
  static Future<ByHand> byHand(
      SqlConnection connection, OffsetDateTime since, OffsetDateTime until) {
    return PartitionCatalog.ranges(connection)
        .compose(
            ranges ->
                connection
                    .preparedQuery(QUIET_FOR_AN_HOUR)
                    .execute(
                        PartitionCatalog.parameters(ranges)
                            .addOffsetDateTime(since)
                            .addOffsetDateTime(until))
                    .map(
                        rows -> {
                          List<PartitionRange> quiet = ranges(rows);
                          List<PartitionRange> left =
                              ranges.stream()
                                  .filter(
                                      range ->
                                          range.start().isBefore(until)
                                              && range.end().isAfter(since)
                                              && !quiet.contains(range))
                                  .sorted(Comparator.comparing(PartitionRange::start))
                                  .toList();
                          return new ByHand(quiet, left);
                        }));
  }

  /** For the metrics of all processes. */
  static Future<Void> noteTotals(SqlConnection connection) {
    return connection.query(NOTE_TOTALS).execute().mapEmpty();
  }

  static Future<Void> noteEmpty(SqlConnection connection, PartitionRange range) {
    return connection.preparedQuery(NOTE_EMPTY).execute(Tuple.of(range.table())).mapEmpty();
  }

  /** Something was put into the partition of a time. */
  static Future<Void> noteWritten(SqlConnection connection, OffsetDateTime time) {
    return PartitionCatalog.ranges(connection)
        .compose(
            ranges -> {
              Future<Void> chain = Future.succeededFuture();
              for (PartitionRange range : ranges) {
                if (range.covers(time.toLocalDate())) {
                  chain = chain.compose(done -> noteWritten(connection, range));
                }
              }
              return chain;
            });
  }

  static Future<Void> noteWritten(SqlConnection connection, PartitionRange range) {
    return connection.preparedQuery(NOTE_WRITTEN).execute(Tuple.of(range.table())).mapEmpty();
  }

  /** Those that were seen empty so long ago. */
  static Future<List<PartitionRange>> leftEmpty(SqlConnection connection, int minutes) {
    return connection.preparedQuery(LEFT_EMPTY).execute(Tuple.of(minutes)).map(SealCatalog::ranges);
  }

  /**
   * Drops an emptied partition; if something has come into it since, it only stays. Waits for locks
   * briefly, see {@link BriefLock}.
   */
  static Future<Void> dropIfEmpty(SqlConnection connection, PartitionRange range) {
    return isEmpty(connection, range)
        .compose(
            empty ->
                empty
                    ? connection
                        .query(
                            BriefLock.SQL
                                + "; LOCK TABLE ONLY logs, "
                                + range.table()
                                + " IN ACCESS EXCLUSIVE MODE")
                        .execute()
                        .compose(locked -> isEmpty(connection, range))
                    : Future.succeededFuture(false))
        .compose(
            empty ->
                empty
                    ? connection
                        .query("DROP TABLE " + range.table())
                        .execute()
                        .onSuccess(gone -> LOG.info("dropped {}, all sealed", range.table()))
                        .mapEmpty()
                    : Future.<Void>succeededFuture())
        .compose(done -> forget(connection, range));
  }

  /** By the index: the rows that were there may not be vacuumed yet. */
  private static Future<Boolean> isEmpty(SqlConnection connection, PartitionRange range) {
    return connection
        .query("SELECT min(\"timestamp\") IS NULL FROM " + range.table())
        .execute()
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /** There is no such partition any more. */
  static Future<Void> forget(SqlConnection connection, PartitionRange range) {
    return connection.preparedQuery(FORGET_ONE).execute(Tuple.of(range.table())).mapEmpty();
  }

  /** By the names in the first column, the oldest first. */
  static List<PartitionRange> ranges(Iterable<Row> rows) {
    List<PartitionRange> ranges = new ArrayList<>();
    rows.forEach(row -> PartitionRange.ofTable(row.getString(0)).ifPresent(ranges::add));
    ranges.sort(Comparator.comparing(PartitionRange::start));
    return List.copyOf(ranges);
  }
}
