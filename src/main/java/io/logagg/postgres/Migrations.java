package io.logagg.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date: numbered files of the jar, each applied once, all in one
 * transaction. Several processes may start at once; an advisory lock lets one after the other in. A
 * file must never change once it was released.
 */
final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** In their order; the number of a file is its place in this list. */
  private static final List<String> FILES =
      List.of(
          "001-core.sql",
          "002-commits.sql",
          "003-retention.sql",
          "004-views.sql",
          "005-saved.sql",
          "006-keys.sql",
          "007-small-scans.sql",
          "008-restrict.sql",
          "009-bodies.sql",
          "010-blocks.sql",
          "011-storage-orders.sql",
          "012-sealed-ranges.sql",
          "013-moves-back.sql",
          "014-staged-blocks.sql",
          "015-alerts.sql");

  /** Any number that nobody else uses in the same database. */
  private static final long LOCK = 0x6C6F_6761_6767L;

  private static final String CREATE_TABLE =
      """
      CREATE TABLE IF NOT EXISTS schema_migrations (
        version int PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      )""";

  private Migrations() {}

  /**
   * Applies what is missing, within the connection's transaction; answers the version that holds
   * then. Fails with a {@link SchemaException} if the database was used by a newer version.
   */
  static Future<Integer> apply(SqlConnection connection) {
    return connection
        .query("SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock(" + LOCK + ")")
        .execute()
        .compose(locked -> connection.query("SET LOCAL client_min_messages = warning").execute())
        .compose(quiet -> requireUtf8(connection))
        .compose(utf8 -> connection.query(CREATE_TABLE).execute())
        .compose(
            created ->
                connection.query("SELECT version, checksum FROM schema_migrations").execute())
        .compose(rows -> applyMissing(connection, byVersion(rows)));
  }

  /** In any other encoding, some records could never be stored. */
  private static Future<Void> requireUtf8(SqlConnection connection) {
    return connection
        .query("SHOW server_encoding")
        .execute()
        .compose(
            rows -> {
              String encoding = rows.iterator().next().getString(0);
              return encoding.equals("UTF8")
                  ? Future.succeededFuture()
                  : Future.failedFuture(
                      new SchemaException(
                          "the database's encoding is %s, it must be UTF8".formatted(encoding)));
            });
  }

  private static Map<Integer, String> byVersion(RowSet<Row> rows) {
    Map<Integer, String> checksums = new TreeMap<>();
    rows.forEach(row -> checksums.put(row.getInteger(0), row.getString(1)));
    return checksums;
  }

  private static Future<Integer> applyMissing(
      SqlConnection connection, Map<Integer, String> applied) {
    int newest = applied.keySet().stream().mapToInt(version -> version).max().orElse(0);
    if (newest > FILES.size()) {
      return Future.failedFuture(
          new SchemaException(
              "the database has schema version %d, this program knows up to %d: use a newer program"
                  .formatted(newest, FILES.size())));
    }
    Future<Void> chain = Future.succeededFuture();
    for (int version = 1; version <= FILES.size(); version++) {
      String name = FILES.get(version - 1);
      String sql = read(name);
      String checksum = checksum(sql);
      String before = applied.get(version);
      if (before == null) {
        int number = version;
        chain = chain.compose(done -> apply(connection, number, name, sql, checksum));
      } else if (!before.equals(checksum)) {
        return Future.failedFuture(
            new SchemaException(
                "migration %s was applied in another form: this program does not fit the database"
                    .formatted(name)));
      }
    }
    return chain.map(FILES.size());
  }

  private static Future<Void> apply(
      SqlConnection connection, int version, String name, String sql, String checksum) {
    LOG.info("migrating the schema: {}", name);
    return connection
        .query(sql)
        .execute()
        .compose(
            done ->
                connection
                    .preparedQuery(
                        "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)")
                    .execute(Tuple.of(version, name, checksum)))
        .mapEmpty();
  }

  private static String read(String name) {
    String path = "/db/" + name;
    try (InputStream in = Migrations.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + path, e);
    }
  }

  private static String checksum(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
