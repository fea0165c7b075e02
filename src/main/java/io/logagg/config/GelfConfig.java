package io.logagg.config;

/** Section {@code gelf}. A port of 0 is none. */
public record GelfConfig(String host, int tcpPort, int udpPort, int maxConnections) {
  public boolean enabled() {
    return tcpPort > 0 || udpPort > 0;
  }
}
