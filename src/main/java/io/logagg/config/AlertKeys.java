package io.logagg.config;

import static io.logagg.config.ConfigKey.list;
import static io.logagg.config.ConfigKey.number;
import static io.logagg.config.ConfigKey.optional;
import static io.logagg.config.TextShape.HOST;
import static io.logagg.config.TextShape.HTTP_URL;

import java.util.List;

/** The keys of {@link ConfigTable} that are about alerts. */
final class AlertKeys {
  static final List<ConfigKey> KEYS =
      List.of(
          number(
              "alerts.delayMs",
              15_000,
              0,
              600_000,
              "How long after its end the window of an alert rule is evaluated: agents send what they gathered every few seconds. See [docs/alerts.md](docs/alerts.md)"),
          number(
              "alerts.timeoutMs",
              10_000,
              100,
              600_000,
              "Limit of one evaluation; a rule that takes longer fails, and the others go on"),
          number(
              "alerts.giveUpHours", 24, 1, 720, "How long it is tried to deliver a notification"),
          list(
              "alerts.allowedHosts",
              HOST,
              "Hosts that receivers may be at, by name or address, and no others; empty: any but loopback, link-local and metadata addresses"),
          optional(
              "alerts.publicUrl",
              HTTP_URL,
              "URL by which people reach this server, for links in notifications; none: no links"));

  private AlertKeys() {}
}
