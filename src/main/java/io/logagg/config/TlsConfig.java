package io.logagg.config;

import org.jspecify.annotations.Nullable;

/**
 * HTTPS. Both paths are set or neither.
 *
 * @param certPath PEM file with the certificate chain
 * @param keyPath PEM file with the private key
 */
public record TlsConfig(@Nullable String certPath, @Nullable String keyPath) {

  /** Whether the server speaks HTTPS. */
  public boolean enabled() {
    return certPath != null && keyPath != null;
  }
}
