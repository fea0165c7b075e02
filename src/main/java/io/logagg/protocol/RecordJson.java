package io.logagg.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import io.logagg.record.Text;
import io.logagg.record.Timestamps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of other protocols as our own producers would send them, one JSON object each,
 * so that decoding, dead letters and their replay are the same for all. Of a record, first the
 * fields by name, then {@link #metadata()} and what goes into it, then {@link #slice}. Texts are
 * written in a form that PostgreSQL takes. Not thread-safe.
 */
public final class RecordJson {
  /** Numbers below it would be taken for microseconds. */
  private static final long MIN_NANOS = 100_000_000_000_000_000L;

  private final int maxRecordBytes;
  private final Bytes bytes = new Bytes();
  private JsonGenerator json;
  private int depth;
  private long written;
  private boolean timed;

  /** The bytes without a copy. */
  private static final class Bytes extends ByteArrayOutputStream {
    byte[] array() {
      return buf;
    }
  }

  /**
   * For many records.
   *
   * @param maxRecordBytes of one, as it is written here
   */
  public RecordJson(int maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
    this.json = generator();
  }

  private JsonGenerator generator() {
    try {
      JsonGenerator made = JsonText.factory().createGenerator(bytes);
      made.setRootValueSeparator(null);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Writing {
    void run() throws IOException;
  }

  private RecordJson write(Writing writing) {
    try {
      if (depth == 0) {
        depth = 1;
        timed = false;
        json.writeStartObject();
      }
      writing.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  public RecordJson app(@Nullable String app) {
    return own("app", app);
  }

  public RecordJson level(@Nullable String level) {
    return own("level", level);
  }

  public RecordJson service(@Nullable String service) {
    return own("service", service);
  }

  public RecordJson message(@Nullable String message) {
    return own("message", message);
  }

  /** As text, in any form that a record's time may have. */
  public RecordJson timestamp(@Nullable String timestamp) {
    own("timestamp", timestamp);
    timed |= timestamp != null;
    return this;
  }

  /** In nanoseconds since the Unix epoch. */
  public RecordJson timestampNanos(long nanos) {
    if (nanos >= MIN_NANOS) {
      number("timestamp", nanos);
    } else {
      own("timestamp", Timestamps.format(Math.floorDiv(nanos, 1000)));
    }
    timed = true;
    return this;
  }

  private RecordJson own(String name, @Nullable String value) {
    return value == null ? this : text(name, value);
  }

  /** What follows goes into {@code metadata_}. */
  public RecordJson metadata() {
    return object("metadata_");
  }

  /**
   * A text.
   *
   * @param name null within an array, as in the following
   */
  public RecordJson text(@Nullable String name, String value) {
    return write(
        () -> {
          name(name);
          json.writeString(Text.storable(value));
        });
  }

  public RecordJson number(@Nullable String name, long value) {
    return write(
        () -> {
          name(name);
          json.writeNumber(value);
        });
  }

  /** Of one that is not finite, its name as a text. */
  public RecordJson number(@Nullable String name, double value) {
    return Double.isFinite(value)
        ? write(
            () -> {
              name(name);
              json.writeNumber(BigDecimal.valueOf(value).stripTrailingZeros().toString());
            })
        : text(name, Double.toString(value));
  }

  public RecordJson bool(@Nullable String name, boolean value) {
    return write(
        () -> {
          name(name);
          json.writeBoolean(value);
        });
  }

  public RecordJson nothing(@Nullable String name) {
    return write(
        () -> {
          name(name);
          json.writeNull();
        });
  }

  /** A JSON value that is known to be valid, as it stands. */
  public RecordJson raw(@Nullable String name, String value) {
    return write(
        () -> {
          name(name);
          json.writeRawValue(value);
        });
  }

  /** Begins an object, which {@link #end} ends. */
  public RecordJson object(@Nullable String name) {
    return write(
        () -> {
          name(name);
          json.writeStartObject();
          depth++;
        });
  }

  /** Begins an array, which {@link #end} ends. */
  public RecordJson array(@Nullable String name) {
    return write(
        () -> {
          name(name);
          json.writeStartArray();
          depth++;
        });
  }

  /** Ends the innermost object or array. */
  public RecordJson end() {
    return write(
        () -> {
          if (json.getOutputContext().inArray()) {
            json.writeEndArray();
          } else {
            json.writeEndObject();
          }
          depth--;
        });
  }

  private void name(@Nullable String name) throws IOException {
    if (name != null) {
      json.writeFieldName(Text.storable(name));
    }
  }

  /** Ends all that is open, and hands the record on. */
  public void slice(SliceSink sink, long line) {
    write(() -> {});
    while (depth > 0) {
      end();
    }
    try {
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    int size = bytes.size();
    written += size;
    if (size > maxRecordBytes) {
      sink.oversize(line, bytes.array(), 0, maxRecordBytes, size);
    } else {
      sink.slice(line, bytes.array(), 0, size);
    }
    bytes.reset();
  }

  /** Whether the record that is written, or was handed on last, has a time. */
  boolean isTimed() {
    return timed;
  }

  /** How many bytes all records had that were handed on. */
  long written() {
    return written;
  }

  /** Gives up the record that was begun. */
  public void drop() {
    bytes.reset();
    depth = 0;
    json = generator();
    bytes.reset();
  }
}
