package io.logagg.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.logagg.query.LogRow;
import io.logagg.record.Timestamps;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Writes rows as JSON, each behind the one before. Not thread-safe. */
final class LogEncoder {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int FIRST_CAPACITY = 4096;

  private static final SerializedString ID = new SerializedString("id");
  private static final SerializedString TIMESTAMP = new SerializedString("timestamp");
  private static final SerializedString LEVEL = new SerializedString("level");
  private static final SerializedString MESSAGE = new SerializedString("message");
  private static final SerializedString SERVICE = new SerializedString("service");
  private static final SerializedString APP = new SerializedString("app");
  private static final SerializedString APP_ID = new SerializedString("app_id");
  private static final SerializedString METADATA = new SerializedString("metadata_");
  private static final SerializedString RECEIVED_AT = new SerializedString("received_at");
  private static final SerializedString SOURCE_ID = new SerializedString("source_id");

  private final Buffer bytes = Buffer.buffer(FIRST_CAPACITY);
  private final JsonGenerator out;

  LogEncoder() {
    try {
      out = JSON.createGenerator(new BufferOutput(bytes));
      out.setRootValueSeparator(null);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  /** Text between the rows. */
  void text(char separator) {
    try {
      out.writeRaw(separator);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  void row(LogRow row) {
    try {
      write(row);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  private void write(LogRow row) throws IOException {
    out.writeStartObject();
    string(ID, row.id().toString());
    string(TIMESTAMP, Timestamps.format(row.timestampMicros()));
    string(LEVEL, row.level());
    string(MESSAGE, row.message());
    string(SERVICE, row.service());
    string(APP, row.app());
    out.writeFieldName(APP_ID);
    out.writeNumber(row.appId());
    out.writeFieldName(METADATA);
    out.writeRawValue(row.metadata());
    string(RECEIVED_AT, Timestamps.format(row.receivedAtMicros()));
    string(SOURCE_ID, row.sourceId());
    out.writeEndObject();
  }

  private void string(SerializedString name, @Nullable String value) throws IOException {
    out.writeFieldName(name);
    out.writeString(value);
  }

  /** All that was written; nothing may be written after. */
  Buffer finish() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return bytes;
  }

  /** Into the buffer that goes out, without a further copy. */
  private static final class BufferOutput extends OutputStream {
    private final Buffer buffer;

    BufferOutput(Buffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public void write(int b) {
      buffer.appendByte((byte) b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      buffer.appendBytes(bytes, from, length);
    }
  }
}
