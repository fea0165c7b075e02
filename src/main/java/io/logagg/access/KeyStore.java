package io.logagg.access;

import io.logagg.access.ApiKey.Draft;
import io.logagg.postgres.Database;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes, changes and revokes keys. Thread-safe. */
public final class KeyStore {
  /** No more that are not revoked are made, and no more that are revoked are kept. */
  public static final int MAX = 10_000;

  private final Database database;
  private final RandomGenerator random;
  private final int max;

  /**
   * Opens the store.
   *
   * @param random must be one that nobody can foretell
   */
  public KeyStore(Database database, RandomGenerator random) {
    this(database, random, MAX);
  }

  KeyStore(Database database, RandomGenerator random, int max) {
    this.database = database;
    this.random = random;
    this.max = max;
  }

  /** A key together with its secret, which can be told only now. */
  public record Made(ApiKey key, String secret) {
    @Override
    public String toString() {
      return "Made[%s, ***]".formatted(key);
    }
  }

  /** A place in the list, which stays one when the key is purged. */
  public record Place(long createdAtMicros, String id) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,16})-([0-9a-f]{16})");

    public static Place of(ApiKey key) {
      return new Place(key.createdAtMicros(), key.id());
    }

    /** The place that {@link #text} gave; empty if it did not. */
    public static Optional<Place> parse(String text) {
      Matcher matcher = TEXT.matcher(text);
      return matcher.matches()
          ? Optional.of(new Place(Long.parseLong(matcher.group(1)), matcher.group(2)))
          : Optional.empty();
    }

    public String text() {
      return createdAtMicros + "-" + id;
    }
  }

  /**
   * Keys in the order of their making, revoked ones too until they are purged.
   *
   * @param after behind which to begin, null for the first
   */
  public Future<List<ApiKey>> list(@Nullable Place after, int limit) {
    return database.read(
        connection ->
            connection
                .preparedQuery(
                    """
                    SELECT\s"""
                        + KeyRows.COLUMNS
                        + KeyRows.TABLES
                        + """
                        WHERE $1::timestamptz IS NULL OR (k.created_at, k.id) > ($1, $2)
                        ORDER BY k.created_at, k.id LIMIT $3""")
                .execute(
                    Tuple.tuple()
                        .addOffsetDateTime(after == null ? null : time(after.createdAtMicros()))
                        .addString(after == null ? null : after.id())
                        .addInteger(limit))
                .map(KeyStore::keys));
  }

  public Future<Optional<ApiKey>> find(String id) {
    return database.read(connection -> find(connection, id, ""));
  }

  private static Future<Optional<ApiKey>> find(SqlConnection connection, String id, String lock) {
    return connection
        .preparedQuery("SELECT " + KeyRows.COLUMNS + KeyRows.TABLES + "WHERE k.id = $1" + lock)
        .execute(Tuple.of(id))
        .map(rows -> keys(rows).stream().findFirst());
  }

  /** Whether there is a key that can make others. */
  public Future<Boolean> hasAdmin() {
    return database.read(
        connection ->
            connection
                .query(
                    """
                    SELECT EXISTS (SELECT FROM api_keys WHERE 'admin' = ANY (scopes) AND apps = '{}'
                      AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))""")
                .execute()
                .map(rows -> rows.iterator().next().getBoolean(0)));
  }

  /**
   * Makes a key; empty if there are too many. Purges those that were revoked long ago, and the
   * longest revoked ones of very many: every process holds all that are kept.
   */
  public Future<Optional<Made>> create(Draft draft) {
    String id = KeyText.newId(random);
    String secret = KeyText.newKey(id, random);
    return database.write(
        connection ->
            connection
                // So that no two see room for one.
                .query("LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE")
                .execute()
                .compose(locked -> purge(connection))
                .compose(
                    purged ->
                        connection
                            .preparedQuery(
                                """
                                INSERT INTO api_keys (id, hash, name, scopes, apps, expires_at,
                                  records_per_second, bytes_per_second)
                                SELECT $1, $2, $3, $4, $5, $6, $7, $8
                                WHERE (SELECT count(*) FROM api_keys WHERE revoked_at IS NULL) < $9
                                RETURNING id""")
                            .execute(
                                columns(
                                        Tuple.of(id, Buffer.buffer(SecretHash.of(secret).bytes())),
                                        draft)
                                    .addInteger(max)))
                .compose(
                    rows ->
                        rows.size() == 0
                            ? Future.succeededFuture(Optional.empty())
                            : find(connection, id, "")
                                .map(found -> found.map(key -> new Made(key, secret)))));
  }

  private Future<Void> purge(SqlConnection connection) {
    return connection
        .preparedQuery(
            """
            DELETE FROM api_keys WHERE revoked_at < now() - interval '90 days' OR id IN (
              SELECT id FROM api_keys WHERE revoked_at IS NOT NULL
              ORDER BY revoked_at DESC, id OFFSET $1)""")
        .execute(Tuple.of(max))
        .mapEmpty();
  }

  private static Tuple columns(Tuple first, Draft draft) {
    return first
        .addString(draft.name())
        .addArrayOfString(draft.scopes().stream().map(Scope::code).sorted().toArray(String[]::new))
        .addArrayOfString(draft.apps().sorted().toArray(String[]::new))
        .addOffsetDateTime(time(draft.expiresAtMicros()))
        .addLong(draft.limits().recordsPerSecond())
        .addLong(draft.limits().bytesPerSecond());
  }

  private static @Nullable OffsetDateTime time(@Nullable Long micros) {
    return micros == null ? null : Timestamps.utc(micros);
  }

  /** Changes what a key may do; empty if there is none, or it is revoked. */
  public Future<Optional<ApiKey>> update(String id, UnaryOperator<Draft> change) {
    return database.write(
        connection ->
            findHeld(connection, id)
                .compose(
                    found ->
                        found.isEmpty()
                            ? Future.succeededFuture(found)
                            : connection
                                .preparedQuery(
                                    """
                                    UPDATE api_keys SET name = $2, scopes = $3, apps = $4, expires_at = $5,
                                      records_per_second = $6, bytes_per_second = $7
                                    WHERE id = $1""")
                                .execute(columns(Tuple.of(id), change.apply(found.get().draft())))
                                .compose(done -> find(connection, id, ""))));
  }

  private static Future<Optional<ApiKey>> findHeld(SqlConnection connection, String id) {
    return find(connection, id, " AND k.revoked_at IS NULL FOR UPDATE OF k");
  }

  /**
   * Gives a key another secret; empty if there is no such key, or it is revoked.
   *
   * @param graceSeconds how long the one before still holds
   */
  public Future<Optional<Made>> rotate(String id, int graceSeconds) {
    String secret = KeyText.newKey(id, random);
    return database.write(
        connection ->
            findHeld(connection, id)
                .compose(
                    found ->
                        found.isEmpty()
                            ? Future.succeededFuture(Optional.empty())
                            : connection
                                .preparedQuery(
                                    """
                                    UPDATE api_keys SET previous_hash = hash,
                                      previous_until = now() + make_interval(secs => $3),
                                      hash = $2, rotated_at = now()
                                    WHERE id = $1""")
                                .execute(
                                    Tuple.of(
                                        id,
                                        Buffer.buffer(SecretHash.of(secret).bytes()),
                                        (double) graceSeconds))
                                .compose(done -> find(connection, id, ""))
                                .map(after -> after.map(key -> new Made(key, secret)))));
  }

  /** Whether there was such a key that was not revoked yet. */
  public Future<Boolean> revoke(String id) {
    return database.write(
        connection ->
            connection
                .preparedQuery(
                    "UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL")
                .execute(Tuple.of(id))
                .map(rows -> rows.rowCount() > 0));
  }

  private static List<ApiKey> keys(RowSet<Row> rows) {
    List<ApiKey> keys = new ArrayList<>(rows.size());
    rows.forEach(row -> keys.add(KeyRows.key(row)));
    return keys;
  }
}
