package io.logagg.access;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All keys in memory, asked for anew every second, so that one that is revoked anywhere stops
 * working here. While PostgreSQL is away they stay as they were last seen: records can still come
 * in, and nobody can revoke a key then. Thread-safe.
 */
public final class KeyRing implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
  private static final long REFRESH_MS = 1000;

  /** An answer later than this is not waited for: PostgreSQL hangs. */
  private static final long ANSWER_MS = 3000;

  /** Of more often asking nobody learns more. */
  private static final long FRESH_NANOS = 250_000_000;

  /** Is equal to no key's, and costs as long to compare. */
  private static final SecretHash NONE = SecretHash.of("");

  private final Vertx vertx;
  private final Database database;
  private final @Nullable SecretHash adminHash;
  private final InstantSource clock;
  private final KeyUses uses;
  private final AtomicReference<@Nullable Future<Void>> refreshing = new AtomicReference<>();
  private volatile @Nullable Snapshot snapshot;
  private volatile long refreshedNanos = System.nanoTime() - FRESH_NANOS;
  private volatile boolean isBehind;
  private long timer;

  private KeyRing(Vertx vertx, Database database, @Nullable String adminKey, InstantSource clock) {
    this.vertx = vertx;
    this.database = database;
    this.adminHash = adminKey == null ? null : SecretHash.of(adminKey);
    this.clock = clock;
    this.uses = new KeyUses(vertx, database);
  }

  private record Held(
      ApiKey key, SecretHash hash, @Nullable SecretHash previous, @Nullable Long previousUntil) {
    boolean opensTo(SecretHash presented, long nowMicros) {
      boolean current = hash.equals(presented);
      boolean before = (previous == null ? NONE : previous).equals(presented);
      return current || (before && previousUntil != null && nowMicros < previousUntil);
    }
  }

  private record Snapshot(long version, Map<String, Held> byId) {}

  /**
   * Begins to follow the keys.
   *
   * @param adminKey the configuration's, null for none
   */
  public static KeyRing open(
      Vertx vertx, Database database, @Nullable String adminKey, InstantSource clock) {
    KeyRing ring = new KeyRing(vertx, database, adminKey, clock);
    ring.timer = vertx.setPeriodic(0, REFRESH_MS, id -> ring.refresh());
    return ring;
  }

  @Override
  public boolean asksForKeys() {
    return true;
  }

  @Override
  public Verdict verify(String presented) {
    SecretHash hash = SecretHash.of(presented);
    if (hash.equals(adminHash == null ? NONE : adminHash)) {
      return new Verdict.Known(Principal.configuredAdmin());
    }
    @Nullable String id = KeyText.id(presented).orElse(null);
    if (id == null) {
      return Verdict.Refused.MALFORMED;
    }
    Snapshot now = snapshot;
    if (now == null) {
      return Verdict.Refused.UNDECIDED;
    }
    Held held = now.byId().get(id);
    long micros = Timestamps.micros(clock.instant());
    if (held == null || !held.opensTo(hash, micros)) {
      return Verdict.Refused.UNKNOWN;
    }
    ApiKey key = held.key();
    if (key.revokedAtMicros() != null) {
      return Verdict.Refused.REVOKED;
    }
    if (isExpired(key, micros)) {
      return Verdict.Refused.EXPIRED;
    }
    uses.note(id, micros);
    return new Verdict.Known(principal(key, hash));
  }

  private static boolean isExpired(ApiKey key, long nowMicros) {
    Long expires = key.draft().expiresAtMicros();
    return expires != null && expires <= nowMicros;
  }

  private static Principal principal(ApiKey key, SecretHash proof) {
    ApiKey.Draft draft = key.draft();
    return new Principal(
        key.id(),
        draft.name(),
        Scope.withIncluded(draft.scopes()),
        draft.apps(),
        draft.limits(),
        proof);
  }

  /** A key that may do less than before counts as another. */
  @Override
  public boolean stillHolds(Principal principal) {
    SecretHash proof = principal.proof();
    Snapshot now = snapshot;
    if (proof == null || now == null) {
      return true;
    }
    Held held = now.byId().get(principal.id());
    long micros = Timestamps.micros(clock.instant());
    if (held == null
        || held.key().revokedAtMicros() != null
        || isExpired(held.key(), micros)
        || !held.opensTo(proof, micros)) {
      return false;
    }
    Principal today = principal(held.key(), proof);
    return today.scopes().containsAll(principal.scopes()) && today.apps().covers(principal.apps());
  }

  @Override
  public Future<Void> refresh() {
    Future<Void> under = refreshing.get();
    if (under != null) {
      return under;
    }
    if (System.nanoTime() - refreshedNanos < FRESH_NANOS) {
      return Future.succeededFuture();
    }
    Snapshot before = snapshot;
    Future<Void> started =
        database
            .lookUp(connection -> read(connection, before))
            .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
            .onSuccess(this::learned)
            .onFailure(this::missed)
            .<Void>mapEmpty()
            .otherwiseEmpty();
    if (!started.isComplete() && refreshing.compareAndSet(null, started)) {
      started.onComplete(done -> refreshing.set(null));
    }
    return started;
  }

  private void learned(Snapshot now) {
    Snapshot before = snapshot;
    // One that was asked for earlier may come later.
    if (before == null || now.version() >= before.version()) {
      snapshot = now;
    }
    refreshedNanos = System.nanoTime();
    if (isBehind) {
      isBehind = false;
      LOG.info("the API keys can be read again");
    }
  }

  private void missed(Throwable e) {
    refreshedNanos = System.nanoTime();
    if (!isBehind) {
      isBehind = true;
      LOG.warn(
          "the API keys cannot be read, so they stay as they were last seen: {}", e.getMessage());
    }
  }

  private static Future<Snapshot> read(SqlConnection connection, @Nullable Snapshot before) {
    return connection
        .query("SELECT version FROM api_keys_version")
        .execute()
        .compose(
            rows -> {
              long version = rows.iterator().next().getLong(0);
              return before != null && before.version() == version
                  ? Future.succeededFuture(before)
                  : readAll(connection);
            });
  }

  private static Future<Snapshot> readAll(SqlConnection connection) {
    return connection
        .preparedQuery(
            """
            SELECT (SELECT version FROM api_keys_version) AS version, hash, previous_hash, previous_until,\s"""
                + KeyRows.COLUMNS
                + KeyRows.TABLES)
        .execute(Tuple.tuple())
        .compose(
            rows ->
                rows.size() > 0
                    ? Future.succeededFuture(snapshot(rows))
                    : connection
                        .query("SELECT version FROM api_keys_version")
                        .execute()
                        .map(r -> new Snapshot(r.iterator().next().getLong(0), Map.of())));
  }

  private static Snapshot snapshot(RowSet<Row> rows) {
    Map<String, Held> byId = new HashMap<>();
    long version = 0;
    for (Row row : rows) {
      version = row.getLong("version");
      ApiKey key = KeyRows.key(row);
      byte[] previous =
          row.getBuffer("previous_hash") == null ? null : row.getBuffer("previous_hash").getBytes();
      byId.put(
          key.id(),
          new Held(
              key,
              SecretHash.stored(row.getBuffer("hash").getBytes()),
              previous == null ? null : SecretHash.stored(previous),
              KeyRows.micros(row, "previous_until")));
    }
    return new Snapshot(version, Map.copyOf(byId));
  }

  /** Notes when the keys were last used, and ends. */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    return uses.close();
  }
}
