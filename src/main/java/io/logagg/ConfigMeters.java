package io.logagg;

import io.logagg.config.Config;
import io.logagg.telemetry.Metrics;

/** Shows what is configured and alert rules have to compare with. */
final class ConfigMeters {
  private ConfigMeters() {}

  static void show(Config config, Metrics metrics) {
    role(metrics, "http", config.http().instances());
    role(metrics, "consumer", config.consumer().instances());
    role(metrics, "persistence", config.persistence().instances());
    limit(
        metrics,
        "stream.limit.pending.records",
        "stream.maxPendingRecords",
        config.stream().maxPendingRecords());
    limit(metrics, "dlq.limit.letters", "dlq.maxRecords", config.dlq().maxRecords());
    limit(metrics, "dlq.limit.bytes", "dlq.maxBytes", config.dlq().maxBytes());
    limit(
        metrics,
        "retention.limit.bytes",
        "retention.maxBytes, 0 for none",
        config.retention().maxBytes());
    limit(metrics, "tail.limit.clients", "http.maxTails", config.http().maxTails());
    limit(
        metrics,
        "http.limit.large.replies",
        "http.maxLargeReplies",
        config.http().maxLargeReplies());
  }

  private static void role(Metrics metrics, String role, int instances) {
    metrics.gauge(
        "logagg.role.instances",
        "What this process does, as configured",
        () -> instances,
        "role",
        role);
  }

  private static void limit(Metrics metrics, String name, String key, long value) {
    metrics.gauge("logagg." + name, "The setting " + key, () -> value);
  }
}
