package io.logagg.access;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each key was last used: gathered, and written now and then. What could not be written is
 * written the next time. Thread-safe.
 */
final class KeyUses {
  private static final Logger LOG = LoggerFactory.getLogger(KeyUses.class);
  private static final long FLUSH_MS = 5000;

  private final Vertx vertx;
  private final Database database;
  private final Map<String, Long> latest = new ConcurrentHashMap<>();
  private final AtomicBoolean writing = new AtomicBoolean();
  private final long timer;

  KeyUses(Vertx vertx, Database database) {
    this.vertx = vertx;
    this.database = database;
    this.timer = vertx.setPeriodic(FLUSH_MS, id -> flushUnlessBusy());
  }

  /** Notes a use of a key that there is, so this holds no more of them than there are keys. */
  void note(String id, long micros) {
    latest.merge(id, micros, Math::max);
  }

  /** While PostgreSQL is slow, one write waits and not one more every few seconds. */
  private void flushUnlessBusy() {
    if (writing.compareAndSet(false, true)) {
      flush().onComplete(done -> writing.set(false));
    }
  }

  private Future<Void> flush() {
    if (latest.isEmpty()) {
      return Future.succeededFuture();
    }
    Map<String, Long> written = Map.copyOf(latest);
    List<String> ids = new ArrayList<>(written.size());
    List<OffsetDateTime> times = new ArrayList<>(written.size());
    written.forEach(
        (id, micros) -> {
          ids.add(id);
          times.add(Timestamps.utc(micros));
        });
    return database
        .write(
            connection ->
                connection
                    .preparedQuery(
                        """
                        INSERT INTO api_key_uses (key_id, last_used_at)
                        SELECT used.id, used.at FROM unnest($1::text[], $2::timestamptz[]) AS used (id, at)
                          JOIN api_keys k ON k.id = used.id
                        ORDER BY used.id
                        ON CONFLICT (key_id) DO UPDATE
                          SET last_used_at = greatest(api_key_uses.last_used_at, excluded.last_used_at)""")
                    .execute(
                        Tuple.tuple()
                            .addArrayOfString(ids.toArray(String[]::new))
                            .addArrayOfOffsetDateTime(times.toArray(OffsetDateTime[]::new))))
        .onSuccess(done -> written.forEach(latest::remove))
        .onFailure(e -> LOG.debug("noting when keys were used: {}", e.getMessage()))
        .mapEmpty();
  }

  Future<Void> close() {
    vertx.cancelTimer(timer);
    return flush().otherwiseEmpty();
  }
}
