package io.logagg.config;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Section {@code syslog}. A port of 0 is none. */
public record SyslogConfig(
    String host,
    int tcpPort,
    int udpPort,
    int tlsPort,
    String app,
    @Nullable String timeZone,
    boolean multiline,
    int maxConnections) {

  public boolean enabled() {
    return tcpPort > 0 || udpPort > 0 || tlsPort > 0;
  }

  /** Of times that name none. */
  public ZoneId zone() {
    return timeZone == null ? ZoneId.systemDefault() : ZoneId.of(timeZone);
  }
}
