package io.logagg.query;

import io.logagg.block.Column;
import io.logagg.filter.RecordView;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockRecords;
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
    @Nullable String sourceId)
    implements RecordView {

  static final String COLUMNS =
      """
      l.seq, l."timestamp", l.level, l.message, l.service, a.name, l.app_id, l.metadata_::text, l.received_at, l.source_id""";

  /** How many those are: what a statement selects beyond them begins there. */
  static final int COLUMN_COUNT = 10;

  /** Which of them is the message. */
  static final int MESSAGE = 3;

  static LogRow of(Row row) {
    long timestampMicros = Timestamps.micros(row.getOffsetDateTime(1));
    return new LogRow(
        RecordIds.of(timestampMicros, row.getLong(0)),
        timestampMicros,
        row.getString(2),
        row.getString(MESSAGE),
        emptyToNull(row.getString(4)),
        row.getString(5),
        row.getInteger(6),
        row.getString(7),
        Timestamps.micros(row.getOffsetDateTime(8)),
        emptyToNull(row.getString(9)));
  }

  /** A record of a block, of an app that is not deleted. */
  static LogRow of(BlockRecords records, int row) {
    RecordView view = records.record(row);
    return new LogRow(
        view.id(),
        view.timestampMicros(),
        view.level(),
        view.message(),
        emptyToNull(records.names().services().get(row)),
        view.app(),
        records.names().apps().get(row),
        view.metadata(),
        view.receivedAtMicros(),
        emptyToNull(records.texts(Column.SOURCE_IDS).get(row)));
  }

  /** A record as it is stored. */
  public static LogRow of(LogRecord record, int appId, String app) {
    String service = record.service();
    String sourceId = record.sourceId();
    return new LogRow(
        record.id(),
        record.timestampMicros(),
        record.level(),
        record.message(),
        service == null ? null : emptyToNull(service),
        app,
        appId,
        record.metadata(),
        record.receivedAtMicros(),
        sourceId == null ? null : emptyToNull(sourceId));
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
