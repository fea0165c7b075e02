package io.logagg.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Alerts, see docs/alerts.md.
 *
 * @param delayMs how long after its end a window is evaluated
 * @param timeoutMs longest time for finding what one rule asks for
 * @param giveUpHours how long a notification is tried to be delivered
 * @param allowedHosts where receivers may be, and nowhere else; empty for the usual bounds
 * @param publicUrl of this server, for links in notifications; null for none
 */
public record AlertsConfig(
    long delayMs,
    long timeoutMs,
    int giveUpHours,
    List<String> allowedHosts,
    @Nullable String publicUrl) {
  public AlertsConfig {
    allowedHosts = List.copyOf(allowedHosts);
  }
}
