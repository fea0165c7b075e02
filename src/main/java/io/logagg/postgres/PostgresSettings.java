package io.logagg.postgres;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How to reach PostgreSQL.
 *
 * @param url with credentials and {@code sslmode}; never printed
 * @param poolSize connections for all but the writers
 * @param queryTimeoutMs limit of a statement that reads
 * @param writeTimeoutMs limit of a statement that writes
 * @param random for the jitter of retries
 */
public record PostgresSettings(
    String url, int poolSize, long queryTimeoutMs, long writeTimeoutMs, RandomGenerator random) {

  /** How long a connection may take to stand. */
  public static final int CONNECT_TIMEOUT_MS = 3000;

  /** So much later than the pool, which knows who uses a connection, the socket gives it up. */
  private static final int SPARE_MS = 5000;

  /** Longer than the statements that we issue, so that each is prepared once per connection. */
  private static final int CACHED_SQL_CHARS = 16_384;

  /**
   * Begins a statement whose best plan depends on its values, and which takes long enough to be
   * planned each time. Else PostgreSQL would soon keep to one plan for all values.
   */
  public static final String PLANNED_ANEW = "/* planned anew */ ";

  /** For one connection. */
  public PgConnectOptions connectOptions() {
    PgConnectOptions options =
        PgConnectOptions.fromUri(url)
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheSqlFilter(PostgresSettings::isCached);
    options.addProperty("application_name", "logagg");
    SslMode mode = options.getSslMode();
    if (mode != SslMode.DISABLE) {
      // As libpq: only verify-ca and verify-full look at the certificate.
      boolean verifies = mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL;
      ClientSSLOptions ssl = new ClientSSLOptions().setTrustAll(!verifies);
      options.setSslOptions(
          ssl.setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : ""));
    }
    return options;
  }

  private static boolean isCached(String sql) {
    return sql.length() <= CACHED_SQL_CHARS && !sql.startsWith(PLANNED_ANEW);
  }

  /** No statement takes longer. */
  int longestMs() {
    return (int) Math.min(Integer.MAX_VALUE - SPARE_MS, Math.max(queryTimeoutMs, writeTimeoutMs));
  }

  /** Closes connections over which a statement has hung for longer than any may take. */
  public NetClientOptions netOptions() {
    return new NetClientOptions()
        .setConnectTimeout(CONNECT_TIMEOUT_MS)
        .setTcpKeepAlive(true)
        .setTcpNoDelay(true)
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setReadIdleTimeout(longestMs() + SPARE_MS);
  }

  @Override
  public String toString() {
    return "PostgresSettings[poolSize=" + poolSize + "]";
  }
}
