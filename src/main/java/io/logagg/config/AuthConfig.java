package io.logagg.config;

import org.jspecify.annotations.Nullable;

/**
 * Who may call.
 *
 * @param enabled whether calls need an API key
 * @param adminKey a key with every scope that is not stored in the database; null for none
 * @param allowAnonymousNetwork whether other machines may be served while {@code enabled} is false
 */
public record AuthConfig(
    boolean enabled, @Nullable String adminKey, boolean allowAnonymousNetwork) {

  /** Keeps the key out of logs and error messages. */
  @Override
  public String toString() {
    return "AuthConfig[enabled=%s, adminKey=%s, allowAnonymousNetwork=%s]"
        .formatted(enabled, adminKey == null ? "null" : BackendUrl.MASK, allowAnonymousNetwork);
  }
}
