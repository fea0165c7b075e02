package io.logagg.persistence;

import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.postgres.SqlFailure;
import io.logagg.record.LogRecord;
import io.logagg.record.Timestamps;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * The one statement that stores a batch, and its parameters. It has variants: keys of entries and
 * keys of dedupe are only looked at where there are any.
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
        WHERE deleted_at IS NULL AND (id, name) IN (SELECT * FROM unnest($1::int4[], $2::text[]))
        FOR SHARE
      )""";

  private static final String ROWS =
      """
      , given AS (
        SELECT * FROM unnest($3::timestamptz[], $4::uuid[], $5::timestamptz[], $6::int4[], $7::text[], $8::text[],
                             $9::text[], $10::text[], $11::text[], $12::int4[], $13::uuid[])
          AS r("timestamp", id, received_at, app_id, level, service, message, metadata_, source_id, entry, dedupe_key)
        {filter}
      )""";

  private static final String ENTRIES =
      """
      , entry AS (
        INSERT INTO stored_entries (key, entry_ms) SELECT * FROM unnest($14::uuid[], $15::int8[]) ORDER BY 1
        ON CONFLICT DO NOTHING RETURNING key
      ), fresh AS (
        SELECT no FROM unnest($14::uuid[]) WITH ORDINALITY AS u(key, no) JOIN entry USING (key)
      )""";

  /** A key that is a day old counts as absent, whether it was removed yet or not. */
  private static final String DEDUPE =
      """
      , claimed AS (
        INSERT INTO dedupe AS d (key, record_id)
        SELECT DISTINCT ON (dedupe_key) dedupe_key, id FROM given WHERE dedupe_key IS NOT NULL ORDER BY dedupe_key, id
        ON CONFLICT (key) DO UPDATE SET record_id = excluded.record_id, seen_at = excluded.seen_at
          WHERE d.seen_at < now() - interval '24 hours'
        RETURNING record_id
      )""";

  /**
   * In the order of the key, so that two statements with the same rows wait for each other and
   * never both; and so that all keys of dedupe are claimed before the first row goes in.
   */
  private static final String INSERT =
      """
      , stored AS (
        INSERT INTO logs ("timestamp", id, received_at, app_id, level, service, message, metadata_, source_id)
        SELECT "timestamp", id, received_at, app_id, level, service, message, metadata_::jsonb, source_id FROM given
        {filter}
        ORDER BY "timestamp", id
        ON CONFLICT DO NOTHING
        RETURNING "timestamp", app_id, level, service
      ), delta AS (
        INSERT INTO rollup_deltas (minute, app_id, level, service, n)
        SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, coalesce(service, ''), count(*)
        FROM stored GROUP BY 1, 2, 3, 4
      )
      SELECT (SELECT count(*) FROM stored)::int4 AS stored,
        CASE WHEN (SELECT count(*) FROM live) <> cardinality($1::int4[])
          THEN logagg_fail('{state}', 'an app was deleted or renamed meanwhile') END""";

  private static final String[] VARIANTS = {
    variant(false, false), variant(false, true), variant(true, false), variant(true, true)
  };

  private static String variant(boolean entries, boolean dedupe) {
    return APPS
        + (entries ? ENTRIES : "")
        + ROWS.replace("{filter}", entries ? "WHERE r.entry IN (SELECT no FROM fresh)" : "")
        + (dedupe ? DEDUPE : "")
        + INSERT
            .replace(
                "{filter}",
                dedupe ? "WHERE dedupe_key IS NULL OR id IN (SELECT record_id FROM claimed)" : "")
            .replace("{state}", SqlFailure.APP_CHANGED_STATE);
  }

  /**
   * The statement for a request.
   *
   * @param appOf the app of each record; all must be known
   */
  static BatchSql of(WriteRequest request, Function<LogRecord, AppRef> appOf) {
    Columns columns = new Columns(request.size());
    int no = 1;
    for (Delivery delivery : request.deliveries()) {
      for (LogRecord record : delivery.batch().records()) {
        columns.add(record, appOf.apply(record), no);
      }
      no++;
    }
    Tuple parameters = columns.toTuple();
    if (request.rememberKeys()) {
      addEntries(parameters, request.deliveries());
    }
    int variant = (request.rememberKeys() ? 2 : 0) + (columns.anyDedupeKey ? 1 : 0);
    return new BatchSql(VARIANTS[variant], parameters);
  }

  private static void addEntries(Tuple parameters, List<Delivery> deliveries) {
    UUID[] keys = new UUID[deliveries.size()];
    Long[] entryMs = new Long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      Delivery delivery = deliveries.get(i);
      keys[i] = delivery.batch().key();
      entryMs[i] = delivery.entryMs() == WriteRequest.NO_ENTRY ? null : delivery.entryMs();
    }
    parameters.addArrayOfUUID(keys).addArrayOfLong(entryMs);
  }

  /** The records, column by column. */
  private static final class Columns {
    private final OffsetDateTime[] timestamps;
    private final UUID[] ids;
    private final OffsetDateTime[] receivedAt;
    private final Integer[] appIds;
    private final String[] levels;
    private final String[] services;
    private final String[] messages;
    private final String[] metadata;
    private final String[] sourceIds;
    private final Integer[] entries;
    private final UUID[] dedupeKeys;
    private final Map<Integer, String> apps = new LinkedHashMap<>();
    private boolean anyDedupeKey;
    private int size;

    Columns(int capacity) {
      timestamps = new OffsetDateTime[capacity];
      ids = new UUID[capacity];
      receivedAt = new OffsetDateTime[capacity];
      appIds = new Integer[capacity];
      levels = new String[capacity];
      services = new String[capacity];
      messages = new String[capacity];
      metadata = new String[capacity];
      sourceIds = new String[capacity];
      entries = new Integer[capacity];
      dedupeKeys = new UUID[capacity];
    }

    @SuppressWarnings("NullAway") // Columns that allow null take it.
    void add(LogRecord record, AppRef app, int entry) {
      int i = size++;
      timestamps[i] = Timestamps.utc(record.timestampMicros());
      ids[i] = record.id();
      receivedAt[i] = Timestamps.utc(record.receivedAtMicros());
      appIds[i] = app.id();
      levels[i] = record.level();
      services[i] = record.service();
      messages[i] = record.message();
      metadata[i] = record.metadata();
      sourceIds[i] = record.sourceId();
      entries[i] = entry;
      dedupeKeys[i] = record.dedupeKey();
      anyDedupeKey |= record.dedupeKey() != null;
      apps.put(app.id(), app.name());
    }

    Tuple toTuple() {
      return Tuple.tuple()
          .addArrayOfInteger(apps.keySet().toArray(Integer[]::new))
          .addArrayOfString(apps.values().toArray(String[]::new))
          .addArrayOfOffsetDateTime(timestamps)
          .addArrayOfUUID(ids)
          .addArrayOfOffsetDateTime(receivedAt)
          .addArrayOfInteger(appIds)
          .addArrayOfString(levels)
          .addArrayOfString(services)
          .addArrayOfString(messages)
          .addArrayOfString(metadata)
          .addArrayOfString(sourceIds)
          .addArrayOfInteger(entries)
          .addArrayOfUUID(dedupeKeys);
    }
  }
}
