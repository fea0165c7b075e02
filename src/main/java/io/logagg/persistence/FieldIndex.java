package io.logagg.persistence;

import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which fields have filters, and the filters of rows that were stored before that; see
 * docs/adr/0003-field-filters.md. Any number of processes may do this. Thread-safe.
 */
final class FieldIndex {
  private static final Logger LOG = LoggerFactory.getLogger(FieldIndex.class);

  /** Any number that nobody else uses in the same database. */
  private static final long LOCK = 0x6C6F_6761_6769L;

  /** Rows of one step, and the bytes of their metadata, all but the last together. */
  private static final int STEP_ROWS = 5_000;

  private static final long STEP_BYTES = 4 << 20;

  private static final String MISSING =
      """
      SELECT f FROM unnest($1::text[]) AS f WHERE f NOT IN (SELECT field FROM indexed_fields) ORDER BY f""";

  /**
   * Each statement that stores rows has read this table, and so locked it: when this lock is had,
   * all that did not know the field are over, and all others will see it.
   */
  private static final String KEEP_WRITERS_OUT =
      "SET LOCAL lock_timeout = '2s'; LOCK TABLE indexed_fields IN ACCESS EXCLUSIVE MODE";

  private static final String ADD =
      """
      INSERT INTO indexed_fields (field, complete)
      SELECT f, NOT EXISTS (SELECT FROM logs) FROM unnest($1::text[]) AS f ON CONFLICT DO NOTHING""";

  private static final String NEXT =
      """
      SELECT field, done_time, done_seq, done_app FROM indexed_fields WHERE NOT complete
      ORDER BY field LIMIT 1 FOR UPDATE""";

  /** Newest first, so that there is an end to it while rows come in. */
  private static final String ROWS =
      """
      SELECT "timestamp", seq, app_id, metadata_, bytes FROM (
        SELECT *, sum(size) OVER (ORDER BY "timestamp" DESC, seq DESC, app_id DESC ROWS UNBOUNDED PRECEDING) AS bytes
        FROM (
          SELECT "timestamp", seq, app_id, metadata_::text, octet_length(metadata_::text) AS size FROM logs
          {behind}
          ORDER BY "timestamp" DESC, seq DESC, app_id DESC LIMIT {rows}
        ) page
      ) sized WHERE bytes - size < {bytes} ORDER BY "timestamp" DESC, seq DESC, app_id DESC"""
          .replace("{rows}", String.valueOf(STEP_ROWS))
          .replace("{bytes}", String.valueOf(STEP_BYTES));

  private static final String BEHIND =
      "WHERE \"timestamp\" <= $1 AND (\"timestamp\", seq, app_id) < ($1, $2, $3)";

  static final String ADD_FILTERS =
      "INSERT INTO field_filters (" + FilterRows.COLUMNS + ") SELECT " + FilterRows.values(1);

  private static final String NOTE =
      """
      UPDATE indexed_fields SET done_time = $2, done_seq = $3, done_app = $4 WHERE field = $1""";

  /**
   * Those of times before the oldest row, in one statement: what is stored meanwhile is not seen.
   */
  static final String FORGET =
      """
      DELETE FROM field_filters WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM field_filters
        WHERE until < coalesce((SELECT min("timestamp") FROM logs), 'infinity') LIMIT $1))""";

  private final List<String> wanted;

  /**
   * @param wanted the fields that this process is to see to
   */
  FieldIndex(List<String> wanted) {
    this.wanted = List.copyOf(wanted);
  }

  /** Registers the fields that are not yet; answers how many. */
  Future<Integer> register(SqlConnection connection) {
    return connection
        .preparedQuery("SELECT pg_advisory_xact_lock($1)")
        .execute(Tuple.of(LOCK))
        .compose(locked -> connection.preparedQuery(MISSING).execute(array(wanted)))
        .compose(
            rows -> {
              List<String> missing = new ArrayList<>();
              rows.forEach(row -> missing.add(row.getString(0)));
              return missing.isEmpty() ? Future.succeededFuture(0) : add(connection, missing);
            });
  }

  private static Tuple array(List<String> fields) {
    return Tuple.tuple().addArrayOfString(fields.toArray(String[]::new));
  }

  private static Future<Integer> add(SqlConnection connection, List<String> missing) {
    LOG.info("fields of metadata_ that get filters: {}", missing);
    return connection
        .query(KEEP_WRITERS_OUT)
        .execute()
        .compose(locked -> connection.preparedQuery(ADD).execute(array(missing)))
        .map(rows -> rows.rowCount());
  }

  /**
   * Makes the filters of some rows that were stored before their field was registered; answers
   * {@link Upkeep#CHUNK_ROWS} if there may be more to do.
   */
  Future<Integer> backfill(SqlConnection connection) {
    return connection
        .preparedQuery(NEXT)
        .execute()
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(0)
                    : backfill(connection, rows.iterator().next()));
  }

  private static Future<Integer> backfill(SqlConnection connection, Row next) {
    FieldExtractor field = new FieldExtractor(next.getString("field"));
    OffsetDateTime behind = next.getOffsetDateTime("done_time");
    Future<RowSet<Row>> read =
        behind == null
            ? connection.preparedQuery(ROWS.replace("{behind}", "")).execute()
            : connection
                .preparedQuery(ROWS.replace("{behind}", BEHIND))
                .execute(Tuple.of(behind, next.getLong("done_seq"), next.getInteger("done_app")));
    return read.compose(
        rows -> {
          List<Row> step = new ArrayList<>(rows.size());
          rows.forEach(step::add);
          return addFilters(connection, field, step)
              .compose(done -> note(connection, field.field(), step))
              .map(done -> Upkeep.CHUNK_ROWS);
        });
  }

  private static Future<Void> addFilters(
      SqlConnection connection, FieldExtractor field, List<Row> rows) {
    long[] times =
        rows.stream().mapToLong(row -> Timestamps.micros(row.getOffsetDateTime(0))).toArray();
    return add(
        connection, new FilterRows(List.of(field), times, i -> rows.get(i).getString("metadata_")));
  }

  /** Adds filters, if there are any. */
  static Future<Void> add(SqlConnection connection, FilterRows filters) {
    return filters.isEmpty()
        ? Future.succeededFuture()
        : connection.preparedQuery(ADD_FILTERS).execute(filters.add(Tuple.tuple())).mapEmpty();
  }

  private static Future<Void> note(SqlConnection connection, String field, List<Row> rows) {
    if (rows.isEmpty()) {
      LOG.info("all rows have filters of the field {}", field);
      return connection
          .preparedQuery("UPDATE indexed_fields SET complete = true WHERE field = $1")
          .execute(Tuple.of(field))
          .mapEmpty();
    }
    Row last = rows.get(rows.size() - 1);
    return connection
        .preparedQuery(NOTE)
        .execute(Tuple.of(field, last.getOffsetDateTime(0), last.getLong(1), last.getInteger(2)))
        .mapEmpty();
  }
}
