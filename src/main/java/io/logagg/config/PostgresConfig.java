package io.logagg.config;

import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL that stores the records.
 *
 * @param url where it is, with its credentials and {@code sslmode}; null for the embedded one
 * @param poolSize connections for queries; writers have their own
 * @param queryTimeoutMs limit of one reading statement
 * @param writeTimeoutMs limit of one writing statement
 */
public record PostgresConfig(
    @Nullable String url, int poolSize, long queryTimeoutMs, long writeTimeoutMs) {

  /** Whether the process brings its own PostgreSQL. */
  public boolean isEmbedded() {
    return url == null;
  }

  /** Names the server for people: the URL without its password, or {@code embedded}. */
  public String displayName() {
    return url == null ? "embedded" : BackendUrl.redactedUrl(url);
  }

  /** Keeps the password out of logs and error messages. */
  @Override
  public String toString() {
    return "PostgresConfig[url=%s, poolSize=%d, queryTimeoutMs=%d, writeTimeoutMs=%d]"
        .formatted(displayName(), poolSize, queryTimeoutMs, writeTimeoutMs);
  }
}
