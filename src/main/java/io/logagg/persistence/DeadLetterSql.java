package io.logagg.persistence;

import io.logagg.record.DeadLetter;
import io.logagg.record.Text;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts dead letters into their table. */
final class DeadLetterSql {
  /** Only what was never there: one that was replayed or removed must not come back. */
  private static final String INSERT =
      """
      WITH fresh AS (INSERT INTO dead_letter_ids (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id)
      INSERT INTO dead_letters (id, payload, kind, reason, source, app, service, level, first_seen, last_seen)
      SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $9 FROM fresh ON CONFLICT DO NOTHING""";

  /** Only the first of a key is kept; as with records, a key that is a day old counts as absent. */
  private static final String INSERT_ONCE =
      """
      WITH claimed AS (
        INSERT INTO dedupe AS d (key, record_id) VALUES ($10, $1)
        ON CONFLICT (key) DO UPDATE SET record_id = excluded.record_id, seen_at = excluded.seen_at
          WHERE d.seen_at < now() - interval '24 hours'
        RETURNING record_id
      ), fresh AS (
        INSERT INTO dead_letter_ids (id) SELECT record_id FROM claimed ON CONFLICT DO NOTHING RETURNING id
      )
      INSERT INTO dead_letters (id, payload, kind, reason, source, app, service, level, first_seen, last_seen)
      SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $9 FROM fresh ON CONFLICT DO NOTHING""";

  private DeadLetterSql() {}

  /** Inserts them in one transaction; answers how many are new. */
  static Future<Integer> insert(SqlConnection connection, List<DeadLetter> letters) {
    // In the order of their keys, or two who move the same ones could deadlock.
    List<Tuple> plain =
        letters.stream()
            .filter(letter -> letter.dedupeKey() == null)
            .sorted(Comparator.comparing(DeadLetter::id))
            .map(DeadLetterSql::row)
            .toList();
    List<Tuple> once =
        letters.stream()
            .filter(letter -> letter.dedupeKey() != null)
            .sorted(Comparator.comparing(DeadLetter::dedupeKey))
            .map(letter -> row(letter).addUUID(letter.dedupeKey()))
            .toList();
    return insert(connection, INSERT, plain)
        .compose(some -> insert(connection, INSERT_ONCE, once).map(more -> some + more));
  }

  private static Future<Integer> insert(SqlConnection connection, String sql, List<Tuple> rows) {
    if (rows.isEmpty()) {
      return Future.succeededFuture(0);
    }
    return connection.preparedQuery(sql).executeBatch(rows).map(RowCounts::sum);
  }

  private static Tuple row(DeadLetter letter) {
    return Tuple.tuple()
        .addUUID(letter.id())
        .addBuffer(Buffer.buffer(letter.bytes()))
        .addString(letter.kind().code())
        .addString(storable(letter.reason()))
        .addString(storable(letter.source()))
        .addString(storable(letter.defaults().app()))
        .addString(storable(letter.defaults().service()))
        .addString(storable(letter.defaults().level()))
        .addOffsetDateTime(Timestamps.utc(letter.firstSeenMicros()));
  }

  /** One that PostgreSQL refused would hold up all that come with it, for ever. */
  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : Text.storable(text);
  }
}
