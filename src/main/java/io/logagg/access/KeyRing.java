package io.logagg.access;

import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  /** More often nobody is asked, however many present keys that are not known. */
  private static final long SPACING_MS = 250;

  private final Vertx vertx;
  private final Database database;
  private final @Nullable SecretHash adminHash;
  private final InstantSource clock;
  private final KeyUses uses;
  private final SharedRefresh refresh;
  private volatile @Nullable Snapshot snapshot;
  private volatile boolean isBehind;
  private long timer;

  private KeyRing(Vertx vertx, Database database, @Nullable String adminKey, InstantSource clock) {
    this.vertx = vertx;
    this.database = database;
    this.adminHash = adminKey == null ? null : SecretHash.of(adminKey);
    this.clock = clock;
    this.uses = new KeyUses(vertx, database);
    this.refresh = new SharedRefresh(vertx, SPACING_MS, this::ask);
  }

  /**
   * A key, and who it is that presents its secret.
   *
   * @param previous the same by the secret before
   */
  private record Held(
      ApiKey key, Principal current, @Nullable Principal previous, @Nullable Long previousUntil) {
    /** Who presents a secret of this hash; null if it is not one of the key's. */
    @Nullable Principal openedBy(SecretHash presented, long nowMicros) {
      if (presented.equals(current.proof())) {
        return current;
      }
      boolean isPrevious =
          previous != null
              && previousUntil != null
              && nowMicros < previousUntil
              && presented.equals(previous.proof());
      return isPrevious ? previous : null;
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
    if (hash.equals(adminHash)) {
      return new Verdict.Known(Principal.CONFIGURED_ADMIN);
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
    Principal principal = held == null ? null : held.openedBy(hash, micros);
    if (held == null || principal == null) {
      return Verdict.Refused.UNKNOWN;
    }
    ApiKey key = held.key();
    if (key.revokedAtMicros() != null) {
      return Verdict.Refused.REVOKED;
    }
    if (!key.isGood(micros)) {
      return Verdict.Refused.EXPIRED;
    }
    uses.note(id, micros);
    return new Verdict.Known(principal);
  }

  private static Principal principal(ApiKey key, Buffer hash) {
    ApiKey.Draft draft = key.draft();
    return new Principal(
        key.id(),
        draft.name(),
        Scope.withIncluded(draft.scopes()),
        draft.apps(),
        draft.limits(),
        SecretHash.stored(hash.getBytes()));
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
    Principal today =
        held == null || !held.key().isGood(micros) ? null : held.openedBy(proof, micros);
    return today != null
        && today.scopes().containsAll(principal.scopes())
        && today.apps().covers(principal.apps());
  }

  @Override
  public Future<Void> refresh() {
    return refresh.ask();
  }

  private Future<Void> ask() {
    Snapshot before = snapshot;
    return database
        .lookUp(connection -> read(connection, before))
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .onSuccess(this::learned)
        .onFailure(this::missed)
        .mapEmpty();
  }

  private void learned(Snapshot now) {
    snapshot = now;
    if (isBehind) {
      isBehind = false;
      LOG.info("the API keys can be read again");
    }
  }

  private void missed(Throwable e) {
    // At the start PostgreSQL is usually not connected yet.
    if (!isBehind && (snapshot != null || database.isReady())) {
      isBehind = true;
      LOG.warn(
          "the API keys cannot be read, so they stay as they were last seen: {}", e.getMessage());
    }
  }

  /** How many keys would be let in now. */
  public int count() {
    Snapshot now = snapshot;
    long micros = Timestamps.micros(clock.instant());
    return now == null
        ? 0
        : (int) now.byId().values().stream().filter(held -> held.key().isGood(micros)).count();
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
                  : readAll(connection, version);
            });
  }

  /** What changes after the version was read is read once more, and not missed. */
  private static Future<Snapshot> readAll(SqlConnection connection, long version) {
    return connection
        .preparedQuery(
            "SELECT hash, previous_hash, previous_until, " + KeyRows.COLUMNS + KeyRows.TABLES)
        .execute()
        .map(rows -> new Snapshot(version, byId(rows)));
  }

  private static Map<String, Held> byId(RowSet<Row> rows) {
    Map<String, Held> byId = new HashMap<>();
    for (Row row : rows) {
      ApiKey key = KeyRows.key(row);
      Buffer previous = row.getBuffer("previous_hash");
      byId.put(
          key.id(),
          new Held(
              key,
              principal(key, row.getBuffer("hash")),
              previous == null ? null : principal(key, previous),
              KeyRows.micros(row, "previous_until")));
    }
    return Map.copyOf(byId);
  }

  /** Notes when the keys were last used, and ends. */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    return uses.close();
  }
}
