package io.logagg.protocol;

import io.logagg.record.LogRecord;
import io.logagg.record.Timestamps;

/**
 * Writes a record as a producer could have sent it. {@link JsonRecordDecoder} reads the same record
 * from it.
 */
public final class JsonRecordWriter {
  private JsonRecordWriter() {}

  /** One JSON object, without a line feed at its end. */
  public static String write(LogRecord record) {
    StringBuilder out = new StringBuilder(256);
    JsonText.quote(out.append("{\"app\":"), record.app());
    JsonText.quote(out.append(",\"level\":"), record.level());
    String service = record.service();
    if (service != null) {
      JsonText.quote(out.append(",\"service\":"), service);
    }
    out.append(",\"timestamp\":\"").append(Timestamps.format(record.timestampMicros()));
    JsonText.quote(out.append("\",\"message\":"), record.message());
    out.append(",\"metadata_\":").append(record.metadata());
    String sourceId = record.sourceId();
    if (sourceId != null) {
      JsonText.quote(out.append(",\"id\":"), sourceId);
    }
    return out.append('}').toString();
  }
}
