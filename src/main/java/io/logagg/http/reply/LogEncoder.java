package io.logagg.http.reply;

import io.logagg.query.LogRow;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes rows as JSON, each behind the one before. Not thread-safe. */
public final class LogEncoder {
  private static final byte[] ID = ascii("{\"id\":");
  private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
  private static final byte[] LEVEL = ascii(",\"level\":");
  private static final byte[] MESSAGE = ascii(",\"message\":");
  private static final byte[] SERVICE = ascii(",\"service\":");
  private static final byte[] APP = ascii(",\"app\":");
  private static final byte[] APP_ID = ascii(",\"app_id\":");
  private static final byte[] METADATA = ascii(",\"metadata_\":");
  private static final byte[] RECEIVED_AT = ascii(",\"received_at\":");
  private static final byte[] SOURCE_ID = ascii(",\"source_id\":");
  private static final byte[] NULL = ascii("null");

  private final JsonOutput out = new JsonOutput();

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Text between the rows. */
  public void text(char separator) {
    out.raw(separator);
  }

  /** The same, of ASCII. */
  public void text(String separator) {
    out.raw(ascii(separator));
  }

  /** Rows as an array. */
  public void array(Iterable<LogRow> rows) {
    char before = '[';
    for (LogRow row : rows) {
      out.raw(before);
      row(row);
      before = ',';
    }
    text(before == '[' ? "[]" : "]");
  }

  /** A row as an object. */
  public void row(LogRow row) {
    out.raw(ID);
    out.uuid(row.id());
    out.raw(TIMESTAMP);
    out.time(row.timestampMicros());
    string(LEVEL, row.level());
    string(MESSAGE, row.message());
    string(SERVICE, row.service());
    string(APP, row.app());
    out.raw(APP_ID);
    out.number(row.appId());
    out.raw(METADATA);
    out.raw(row.metadata().getBytes(StandardCharsets.UTF_8));
    out.raw(RECEIVED_AT);
    out.time(row.receivedAtMicros());
    string(SOURCE_ID, row.sourceId());
    out.raw('}');
  }

  private void string(byte[] name, @Nullable String value) {
    out.raw(name);
    if (value == null) {
      out.raw(NULL);
    } else {
      out.string(value);
    }
  }

  /** All that was written; what is written after begins anew. */
  public Buffer finish() {
    return out.take();
  }
}
