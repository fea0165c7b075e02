package io.logagg.http;

import static io.logagg.http.AuthorizationMatrixIT.COUNT;
import static io.logagg.http.AuthorizationMatrixIT.keys;

import io.logagg.http.AuthorizationMatrixIT.Row;
import java.util.List;

/** The rows of {@link AuthorizationMatrixIT} for alerts, which are for keys of all apps but one. */
final class AlertRows {
  private static final String RULE = "{\"name\":\"%s\",\"threshold\":1}";
  private static final String RECEIVER = "{\"name\":\"%s\",\"url\":\"http://receiver.example/\"}";

  private AlertRows() {}

  static List<Row> all() {
    return List.of(
        Row.at("GET /api/v1/alerts", "", 200, 403),
        new Row("POST /api/v1/alerts", c -> "/api/v1/alerts", RULE, 201, 403),
        Row.of("GET /api/v1/alerts/{id}", c -> rule(), "", 200, 403),
        Row.of("PUT /api/v1/alerts/{id}", c -> rule(), RULE, 200, 403),
        Row.of("PATCH /api/v1/alerts/{id}", c -> rule(), "{\"enabled\":false}", 200, 403),
        Row.of("DELETE /api/v1/alerts/{id}", c -> rule(), "", 204, 403),
        Row.of("GET /api/v1/alerts/{id}/history", c -> rule(), "", 200, 403),
        Row.of(
            "POST /api/v1/alerts/preview",
            c -> "",
            "{\"app\":[\"matrix-own\"],\"threshold\":1,\"since\":\"1h\"}",
            200,
            403),
        Row.at("GET /api/v1/alerts/deliveries", "", 200, 403),
        Row.at("GET /api/v1/alerts/receivers", "", 200, 403),
        new Row(
            "POST /api/v1/alerts/receivers", c -> "/api/v1/alerts/receivers", RECEIVER, 201, 403),
        Row.of("GET /api/v1/alerts/receivers/{id}", c -> receiver(), "", 200, 403),
        Row.of(
            "PATCH /api/v1/alerts/receivers/{id}",
            c -> receiver(),
            "{\"kind\":\"slack\"}",
            200,
            403),
        Row.of("DELETE /api/v1/alerts/receivers/{id}", c -> receiver(), "", 204, 403));
  }

  private static String rule() {
    return keys.value(
        """
        WITH rule AS (
          INSERT INTO alert_rules (name, definition, enabled, interval_ms)
          SELECT n, json_build_object('name', n, 'threshold', 1), true, 60000 FROM (SELECT 'rule %d' AS n) AS names
          RETURNING id)
        INSERT INTO alert_evaluations (rule_id, evaluated_at) SELECT id, now() FROM rule RETURNING rule_id"""
            .formatted(COUNT.incrementAndGet()));
  }

  private static String receiver() {
    return keys.value(
        """
        INSERT INTO alert_receivers (name, kind, url) VALUES ('receiver %d', 'webhook', 'http://receiver.example/')
        RETURNING id"""
            .formatted(COUNT.incrementAndGet()));
  }
}
