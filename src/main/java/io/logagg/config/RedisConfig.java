package io.logagg.config;

import org.jspecify.annotations.Nullable;

/**
 * The Redis that holds the stream.
 *
 * @param url where it is, with credentials and database number; null for the embedded one
 * @param commandTimeoutMs limit of one command that does not block on purpose
 */
public record RedisConfig(@Nullable String url, long commandTimeoutMs) {

  /** Whether the process brings its own Redis. */
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
    return "RedisConfig[url=%s, commandTimeoutMs=%d]".formatted(displayName(), commandTimeoutMs);
  }
}
