package io.logagg.http.logs;

import io.logagg.query.LogRow;
import io.logagg.record.Timestamps;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Rows as CSV (RFC 4180), with a header. What is missing is an empty field; values stand as they
 * are, also such as a spreadsheet would take for a formula. Not thread-safe.
 */
final class CsvRows implements RowFormat {
  private static final String HEADER =
      "id,timestamp,received_at,level,app,service,message,metadata_,source_id\r\n";

  private StringBuilder out = new StringBuilder();

  @Override
  public String contentType() {
    return "text/csv; charset=utf-8; header=present";
  }

  @Override
  public void begin() {
    out.append(HEADER);
  }

  @Override
  public void row(LogRow row) {
    out.append(row.id()).append(',').append(Timestamps.format(row.timestampMicros())).append(',');
    out.append(Timestamps.format(row.receivedAtMicros())).append(',');
    field(row.level(), ',');
    field(row.app(), ',');
    field(row.service(), ',');
    field(row.message(), ',');
    field(row.metadata(), ',');
    field(row.sourceId(), '\r');
    out.append('\n');
  }

  private void field(@Nullable String value, char end) {
    if (value != null) {
      if (needsQuotes(value)) {
        out.append('"').append(value.replace("\"", "\"\"")).append('"');
      } else {
        out.append(value);
      }
    }
    out.append(end);
  }

  /** Blanks at the ends are part of a value, but some readers take them away without quotes. */
  private static boolean needsQuotes(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == ',' || c == '\r' || c == '\n') {
        return true;
      }
    }
    return !value.isEmpty() && (value.charAt(0) == ' ' || value.endsWith(" "));
  }

  @Override
  public Buffer finish() {
    Buffer bytes = Buffer.buffer(out.toString().getBytes(StandardCharsets.UTF_8));
    out = new StringBuilder();
    return bytes;
  }
}
