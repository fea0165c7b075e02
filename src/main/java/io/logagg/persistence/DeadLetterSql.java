package io.logagg.persistence;

import io.logagg.record.DeadLetter;
import io.logagg.record.Text;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts dead letters into their table. */
final class DeadLetterSql {
  private static final String INSERT =
      """
      INSERT INTO dead_letters (id, payload, reason, source, app, service, level, first_seen, last_seen)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING""";

  private DeadLetterSql() {}

  /** Inserts them in one transaction; answers how many are new. */
  static Future<Integer> insert(SqlConnection connection, List<DeadLetter> letters) {
    if (letters.isEmpty()) {
      return Future.succeededFuture(0);
    }
    List<Tuple> rows = letters.stream().map(DeadLetterSql::row).toList();
    return connection
        .preparedQuery(INSERT)
        .executeBatch(rows)
        .map(
            result -> {
              int inserted = 0;
              for (var step = result; step != null; step = step.next()) {
                inserted += step.rowCount();
              }
              return inserted;
            });
  }

  private static Tuple row(DeadLetter letter) {
    return Tuple.tuple()
        .addUUID(letter.id())
        .addBuffer(Buffer.buffer(letter.bytes()))
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
