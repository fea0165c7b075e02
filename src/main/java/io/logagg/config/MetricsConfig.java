package io.logagg.config;

/**
 * Metrics and health at a port of their own.
 *
 * @param host name or address to listen on
 * @param port TCP port, 0 for not at all
 */
public record MetricsConfig(String host, int port) {
  public boolean enabled() {
    return port != 0;
  }
}
