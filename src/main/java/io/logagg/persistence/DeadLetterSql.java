package io.logagg.persistence;

import io.logagg.record.DeadLetter;
import io.logagg.record.RefusalKind;
import io.logagg.record.Text;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Puts dead letters into their table. */
final class DeadLetterSql {
  /**
   * Only what was never there: one that was replayed or removed must not come back. Of one key only
   * the first is kept; as with records, a key that is a day old counts as absent. In the order of
   * their keys, or two who move the same ones could deadlock.
   */
  private static final String INSERT =
      """
      WITH given AS MATERIALIZED (
        SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
          $8::text[], $9::timestamptz[], $10::uuid[], $11::text[])
          AS u(id, payload, kind, reason, source, app, service, level, first_seen, dedupe_key, apps)
      ), claimed AS (
        INSERT INTO dedupe AS d (key, record_id)
        SELECT DISTINCT ON (dedupe_key) dedupe_key, id FROM given WHERE dedupe_key IS NOT NULL
        ORDER BY dedupe_key, id
        ON CONFLICT (key) DO UPDATE SET record_id = excluded.record_id, seen_at = excluded.seen_at
          WHERE d.seen_at < now() - interval '24 hours'
        RETURNING record_id
      ), fresh AS (
        INSERT INTO dead_letter_ids (id)
        SELECT id FROM given WHERE dedupe_key IS NULL OR id IN (SELECT record_id FROM claimed)
        ORDER BY id
        ON CONFLICT DO NOTHING RETURNING id
      )
      INSERT INTO dead_letters (id, payload, kind, reason, source, app, service, level, first_seen, last_seen, apps)
      SELECT id, payload, kind, reason, source, app, service, level, first_seen, first_seen,
        CASE WHEN apps IS NOT NULL THEN ARRAY(SELECT json_array_elements_text(apps::json)) END
      FROM given JOIN fresh USING (id) ORDER BY id
      ON CONFLICT DO NOTHING
      RETURNING kind""";

  private DeadLetterSql() {}

  /** Inserts them with one statement; answers the kinds of those that are new, one of each. */
  static Future<List<RefusalKind>> insert(SqlConnection connection, List<DeadLetter> letters) {
    return letters.isEmpty()
        ? Future.succeededFuture(List.of())
        : connection.preparedQuery(INSERT).execute(columns(letters)).map(DeadLetterSql::kinds);
  }

  private static List<RefusalKind> kinds(RowSet<Row> rows) {
    List<RefusalKind> kinds = new ArrayList<>(rows.size());
    rows.forEach(row -> kinds.add(RefusalKind.of(row.getString(0)).orElse(RefusalKind.OTHER)));
    return kinds;
  }

  private static Tuple columns(List<DeadLetter> letters) {
    return Tuple.tuple()
        .addArrayOfUUID(column(letters, UUID[]::new, DeadLetter::id))
        .addArrayOfBuffer(column(letters, Buffer[]::new, letter -> Buffer.buffer(letter.bytes())))
        .addArrayOfString(texts(letters, letter -> letter.kind().code()))
        .addArrayOfString(texts(letters, DeadLetter::reason))
        .addArrayOfString(texts(letters, DeadLetter::source))
        .addArrayOfString(texts(letters, letter -> letter.defaults().app()))
        .addArrayOfString(texts(letters, letter -> letter.defaults().service()))
        .addArrayOfString(texts(letters, letter -> letter.defaults().level()))
        .addArrayOfOffsetDateTime(
            column(
                letters, OffsetDateTime[]::new, letter -> Timestamps.utc(letter.firstSeenMicros())))
        .addArrayOfUUID(column(letters, UUID[]::new, DeadLetter::dedupeKey))
        .addArrayOfString(column(letters, String[]::new, letter -> apps(letter.apps())));
  }

  /** As JSON, since PostgreSQL has no arrays of arrays of different lengths. */
  private static @Nullable String apps(Set<String> apps) {
    return apps.isEmpty()
        ? null
        : new JsonArray(apps.stream().map(Text::storable).sorted().toList()).encode();
  }

  private static <T> T[] column(
      List<DeadLetter> letters,
      IntFunction<T[]> array,
      Function<DeadLetter, ? extends @Nullable T> value) {
    return letters.stream().map(value).toArray(array);
  }

  /** One text that PostgreSQL refused would hold up all that come with it, for ever. */
  private static String[] texts(
      List<DeadLetter> letters, Function<DeadLetter, @Nullable String> value) {
    return column(letters, String[]::new, letter -> storable(value.apply(letter)));
  }

  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : Text.storable(text);
  }
}
