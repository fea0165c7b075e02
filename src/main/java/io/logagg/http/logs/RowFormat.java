package io.logagg.http.logs;

import io.logagg.http.reply.LogEncoder;
import io.logagg.query.LogRow;
import io.vertx.core.buffer.Buffer;

/** Writes rows as a stream, one after the other. Not thread-safe. */
interface RowFormat {
  String contentType();

  /** What stands before the first row. */
  void begin();

  void row(LogRow row);

  /** All that was written; what is written after begins anew. */
  Buffer finish();

  /** Each row as JSON, in a line of its own. */
  static RowFormat lines() {
    LogEncoder out = new LogEncoder();
    return new RowFormat() {
      @Override
      public String contentType() {
        return "application/x-ndjson";
      }

      @Override
      public void begin() {
        // The first row is the first line.
      }

      @Override
      public void row(LogRow row) {
        out.row(row);
        out.text('\n');
      }

      @Override
      public Buffer finish() {
        return out.finish();
      }
    };
  }
}
