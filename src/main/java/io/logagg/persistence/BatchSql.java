package io.logagg.persistence;

import io.logagg.bus.WriteRequest;
import io.logagg.postgres.SqlFailure;
import io.logagg.record.LogRecord;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;

/**
 * The one statement that stores a batch, and its parameters. There are two kinds. The plain one
 * takes it that nothing of the batch was stored before, which is so for nearly all, and fails on a
 * unique index if that is wrong. The careful one, at twice the cost, stores what is new and passes
 * over the rest; it alone knows of dedupe keys.
 *
 * @param sql answers {@code stored}, the number of rows that are new
 */
record BatchSql(String sql, Tuple parameters) {

  /**
   * Deleting or renaming an app waits for this lock, and this statement for theirs; FOR SHARE reads
   * the newest version of the row, whatever the statement's snapshot.
   */
  private static final String APPS =
      """
      WITH live AS (
        SELECT id FROM apps
        WHERE deleted_at IS NULL AND (id, name) IN (SELECT unnest($1::int4[]), unnest($2::text[]))
        FOR SHARE
      ),
      """;

  private static final String COLUMNS =
      """
      "timestamp", seq, received_at, app_id, level, service, message, metadata_, source_id
      """;

  /**
   * In the select list, unnest feeds rows straight on; in FROM, it would gather all of them first.
   */
  private static final String VALUES =
      """
      unnest($3::timestamptz[]), unnest($4::int8[]), unnest($5::timestamptz[]), unnest($6::int4[]), unnest($7::text[]),
      unnest($8::text[]), unnest($9::text[]), unnest($10::text[])::json, unnest($11::text[])
      """;

  /** What those who follow find the batch by, and its filters. */
  private static final String COMMIT =
      """
      commit AS (
        INSERT INTO commits (since, until, n)
        VALUES ($12::timestamptz[], $13::timestamptz[], cardinality($4::int8[]))
      ),
      filters AS (INSERT INTO field_filters ({columns}) SELECT {values}),
      """
          .replace("{columns}", FilterRows.COLUMNS)
          .replace("{values}", FilterRows.values(14));

  /**
   * The fields are checked too. Whoever adds one waits for all statements that have read them, so
   * what is stored without a filter was committed before.
   */
  private static final String CHECKS =
      """
      CASE WHEN ARRAY(SELECT field FROM indexed_fields ORDER BY field COLLATE "C") <> $19::text[]
        THEN logagg_fail('{fields-state}', 'a field was indexed meanwhile') END,
      CASE WHEN (SELECT count(*) FROM live) <> cardinality($1::int4[])
        THEN logagg_fail('{state}', 'an app was deleted or renamed meanwhile') END
      """
          .replace("{fields-state}", SqlFailure.FIELDS_CHANGED_STATE)
          .replace("{state}", SqlFailure.APP_CHANGED_STATE);

  private static final String PLAIN =
      APPS
          + COMMIT
          + """
          {entries}
          delta AS (
            INSERT INTO rollup_deltas (minute, app_id, level, service, n)
            SELECT unnest($20::timestamptz[]), unnest($21::int4[]), unnest($22::text[]), unnest($23::text[]),
              unnest($24::int8[])
          ),
          """
          + "stored AS (INSERT INTO logs ("
          + COLUMNS
          + ") SELECT "
          + VALUES
          + ") "
          + "SELECT cardinality($4::int8[]) AS stored, "
          + CHECKS;

  private static final String PLAIN_ENTRIES =
      """
      entry AS (
        INSERT INTO stored_entries (key, entry_ms) SELECT unnest($25::uuid[]), unnest($26::int8[])
      ),
      """;

  /**
   * In the order of the key, so that two statements with the same rows wait for each other and
   * never both; and so that all keys of dedupe are claimed before the first row goes in.
   */
  private static final String CAREFUL =
      APPS
          + COMMIT
          + "{entries} given AS MATERIALIZED (SELECT * FROM (SELECT "
          + VALUES
          + ", unnest($20::int4[]), unnest($21::uuid[]), unnest($22::uuid[])) AS r ("
          + COLUMNS
          + ", entry, dedupe_key, record_id) {if-fresh}), {claims}"
          + "stored AS (INSERT INTO logs ("
          + COLUMNS
          + ") SELECT "
          + COLUMNS
          + """
            FROM given {if-claimed}
            ORDER BY "timestamp", seq
            ON CONFLICT DO NOTHING
            RETURNING "timestamp", app_id, level, service
          ),
          delta AS (
            INSERT INTO rollup_deltas (minute, app_id, level, service, n)
            SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, count(*)
            FROM stored GROUP BY 1, 2, 3, 4
          )
          """
          + "SELECT (SELECT count(*) FROM stored)::int4 AS stored, "
          + CHECKS;

  private static final String CAREFUL_ENTRIES =
      """
      entry AS (
        INSERT INTO stored_entries (key, entry_ms)
        SELECT key, entry_ms FROM unnest($23::uuid[], $24::int8[]) AS u(key, entry_ms) ORDER BY key
        ON CONFLICT DO NOTHING RETURNING key
      ),
      fresh AS (
        SELECT min(no) AS no FROM unnest($23::uuid[]) WITH ORDINALITY AS u(key, no) JOIN entry USING (key) GROUP BY key
      ),
      """;

  /** A key that is a day old counts as absent, whether it was removed yet or not. */
  private static final String CLAIMS =
      """
      claimed AS (
        INSERT INTO dedupe AS d (key, record_id)
        SELECT DISTINCT ON (dedupe_key) dedupe_key, record_id FROM given WHERE dedupe_key IS NOT NULL
        ORDER BY dedupe_key, record_id
        ON CONFLICT (key) DO UPDATE SET record_id = excluded.record_id, seen_at = excluded.seen_at
          WHERE d.seen_at < now() - interval '24 hours'
        RETURNING record_id
      ),
      """;

  private static final String IF_FRESH = "WHERE entry IN (SELECT no FROM fresh)";
  private static final String IF_CLAIMED =
      "WHERE dedupe_key IS NULL OR record_id IN (SELECT record_id FROM claimed)";

  private static final String PLAIN_WITHOUT_ENTRIES = PLAIN.replace("{entries}", "");
  private static final String PLAIN_WITH_ENTRIES = PLAIN.replace("{entries}", PLAIN_ENTRIES);
  private static final String[] CAREFUL_VARIANTS = {
    careful(false, false), careful(false, true), careful(true, false), careful(true, true)
  };

  private static String careful(boolean entries, boolean dedupe) {
    return CAREFUL
        .replace("{entries}", entries ? CAREFUL_ENTRIES : "")
        .replace("{if-fresh}", entries ? IF_FRESH : "")
        .replace("{claims}", dedupe ? CLAIMS : "")
        .replace("{if-claimed}", dedupe ? IF_CLAIMED : "");
  }

  /**
   * The plain statement; for requests without dedupe keys.
   *
   * @param appOf the app of each record; all must be known
   * @param fields those that have filters
   */
  static BatchSql plain(
      WriteRequest request, Function<LogRecord, AppRef> appOf, List<FieldExtractor> fields) {
    BatchColumns columns = new BatchColumns(request, appOf, fields);
    Tuple parameters = columns.addDeltas(columns.values());
    return request.rememberKeys()
        ? new BatchSql(PLAIN_WITH_ENTRIES, columns.addEntries(parameters))
        : new BatchSql(PLAIN_WITHOUT_ENTRIES, parameters);
  }

  /** The careful statement; for any request. */
  static BatchSql careful(
      WriteRequest request, Function<LogRecord, AppRef> appOf, List<FieldExtractor> fields) {
    BatchColumns columns = new BatchColumns(request, appOf, fields);
    Tuple parameters = columns.addDedupe(columns.values());
    int variant = (request.rememberKeys() ? 2 : 0) + (hasDedupeKeys(request) ? 1 : 0);
    return new BatchSql(
        CAREFUL_VARIANTS[variant],
        request.rememberKeys() ? columns.addEntries(parameters) : parameters);
  }

  /** Whether any record may be a repeat by its producer's id or its request's key. */
  static boolean hasDedupeKeys(WriteRequest request) {
    return request.deliveries().stream()
        .flatMap(delivery -> delivery.batch().records().stream())
        .anyMatch(record -> record.dedupeKey() != null);
  }
}
