package io.logagg.persistence;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the dead letters within a number and a size: the oldest go, the newest one stays whatever
 * its size. What was found and dropped is noted for the metrics. Belongs to one context.
 */
final class DeadLetterBound {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterBound.class);
  private static final long LOG_PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final String COUNT =
      "SELECT count(*), coalesce(sum(bytes), 0)::int8 FROM dead_letters";

  private static final String DROP =
      """
      WITH ranked AS (
        SELECT id, row_number() OVER newest AS n, sum(bytes) OVER newest AS total FROM dead_letters
        WINDOW newest AS (ORDER BY id DESC ROWS UNBOUNDED PRECEDING)
      ), dropped AS (
        DELETE FROM dead_letters WHERE id IN (
          SELECT id FROM ranked WHERE n > $1 OR (total > $2 AND n > 1) ORDER BY id LIMIT $3
        ) RETURNING bytes
      )
      SELECT count(*), coalesce(sum(bytes), 0)::int8 FROM dropped""";

  private static final String NOTE =
      """
      UPDATE dead_letter_totals SET kept = $1, kept_bytes = $2, dropped = dropped + $3,
        dropped_bytes = dropped_bytes + $4""";

  private final long maxLetters;
  private final long maxBytes;
  private long unlogged;
  private long unloggedBytes;
  private long lastLogNanos = System.nanoTime() - LOG_PERIOD_NANOS;

  DeadLetterBound(long maxLetters, long maxBytes) {
    this.maxLetters = maxLetters;
    this.maxBytes = maxBytes;
  }

  /** So many dead letters, and the bytes of their payloads. */
  private record Amount(long letters, long bytes) {
    static Amount of(Row row) {
      return new Amount(row.getLong(0), row.getLong(1));
    }
  }

  /** Drops what is too much, or a part of that; answers how many it dropped. */
  Future<Integer> enforce(SqlConnection connection) {
    return amount(connection, COUNT, Tuple.tuple())
        .compose(
            found ->
                drop(connection, found)
                    .compose(dropped -> note(connection, found, dropped).map(dropped)))
        .map(this::logged);
  }

  private Future<Amount> drop(SqlConnection connection, Amount found) {
    boolean within =
        found.letters() <= maxLetters && (found.bytes() <= maxBytes || found.letters() <= 1);
    return within
        ? Future.succeededFuture(new Amount(0, 0))
        : amount(connection, DROP, Tuple.of(maxLetters, maxBytes, Upkeep.CHUNK_ROWS));
  }

  private static Future<Amount> amount(SqlConnection connection, String sql, Tuple parameters) {
    return connection
        .preparedQuery(sql)
        .execute(parameters)
        .map(rows -> Amount.of(rows.iterator().next()));
  }

  private static Future<Void> note(SqlConnection connection, Amount found, Amount dropped) {
    return connection
        .preparedQuery(NOTE)
        .execute(
            Tuple.of(
                found.letters() - dropped.letters(),
                found.bytes() - dropped.bytes(),
                dropped.letters(),
                dropped.bytes()))
        .mapEmpty();
  }

  /** A line a minute at most, however often it happens. */
  private int logged(Amount dropped) {
    unlogged += dropped.letters();
    unloggedBytes += dropped.bytes();
    if (unlogged > 0 && System.nanoTime() - lastLogNanos >= LOG_PERIOD_NANOS) {
      LOG.warn(
          "dropped the {} oldest dead letters ({} bytes): more than dlq.maxRecords={} or dlq.maxBytes={}",
          unlogged,
          unloggedBytes,
          maxLetters,
          maxBytes);
      lastLogNanos = System.nanoTime();
      unlogged = 0;
      unloggedBytes = 0;
    }
    return (int) dropped.letters();
  }
}
