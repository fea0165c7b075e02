package io.logagg.testing;

import static io.logagg.testing.TestServers.await;

import io.logagg.access.ApiKey.Draft;
import io.logagg.access.KeyLimits;
import io.logagg.access.KeyStore;
import io.logagg.access.Scope;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.record.AppAccess;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** API keys that are made in the database of a server, behind its back; and SQL for it. */
public final class TestKeys implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final PgConnection connection;
  private final KeyStore store;

  private TestKeys(TestServers servers) {
    Database database =
        Database.open(
            vertx, new PostgresSettings(servers.postgresUrl(), 2, 5000, 5000, new Random(1)));
    await(database.ready());
    connection = await(PgConnection.connect(vertx, servers.postgresUrl()));
    store = new KeyStore(database, new SecureRandom());
  }

  public static TestKeys open(TestServers servers) {
    return new TestKeys(servers);
  }

  /** A key for these apps, for all if there are none. */
  public String key(Set<Scope> scopes, String... apps) {
    return make(scopes, null, apps);
  }

  /** A key for all apps that may send so much. */
  public String key(Scope scope, KeyLimits limits) {
    return make(new Draft("test", Set.of(scope), AppAccess.ALL, null, limits));
  }

  private String make(Set<Scope> scopes, @Nullable Long expiresAtMicros, String... apps) {
    AppAccess access = AppAccess.of(List.of(apps));
    return make(new Draft("test", scopes, access, expiresAtMicros, KeyLimits.NONE));
  }

  private String make(Draft draft) {
    return await(store.create(draft)).orElseThrow().secret();
  }

  /** One whose time was over long ago. */
  public String expired() {
    return make(Set.of(Scope.values()), 1L);
  }

  public String revoked() {
    String key = key(Set.of(Scope.values()));
    await(store.revoke(id(key)));
    return key;
  }

  /** The public part of a key. */
  public static String id(String key) {
    return key.split("_", -1)[1];
  }

  /** A well formed one that there is not. */
  public static String unknown() {
    return "logagg_0123456789abcdef_" + "0".repeat(64);
  }

  public RowSet<Row> sql(String sql) {
    return await(connection.query(sql).execute());
  }

  /** The first value of the first row. */
  public String value(String sql) {
    return String.valueOf(sql(sql).iterator().next().getValue(0));
  }

  /** Waits until a server knows the key. */
  public static String known(RunningLogagg server, String key) {
    Eventually.value(
        "the key",
        () -> server.get("/metrics", "X-API-Key", key).statusCode(),
        status -> status == 200 || status == 403);
    return key;
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
