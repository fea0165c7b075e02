package io.logagg.query;

import io.logagg.record.Timestamps;
import io.vertx.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A stored record as it is shown. Times in microseconds since the epoch.
 *
 * @param metadata a JSON object as text
 */
public record LogRow(
    UUID id,
    long timestampMicros,
    String level,
    String message,
    @Nullable String service,
    String app,
    int appId,
    String metadata,
    long receivedAtMicros,
    @Nullable String sourceId) {

  static final String COLUMNS =
      """
      l.id, l."timestamp", l.level, l.message, l.service, a.name, l.app_id, l.metadata_::text, l.received_at, l.source_id""";

  static LogRow of(Row row) {
    return new LogRow(
        row.getUUID(0),
        Timestamps.micros(row.getOffsetDateTime(1)),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getInteger(6),
        row.getString(7),
        Timestamps.micros(row.getOffsetDateTime(8)),
        row.getString(9));
  }
}
