/**
 * What Loki's clients push (<a
 * href="https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs">Loki's HTTP
 * API</a>, {@code pkg/push/push.proto}): streams, each with labels and entries.
 */
@NullMarked
package io.logagg.protocol.loki;

import org.jspecify.annotations.NullMarked;
