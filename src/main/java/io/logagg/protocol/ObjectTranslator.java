package io.logagg.protocol;

import io.logagg.protocol.JsonCursor.BadJsonException;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of another protocol's JSON objects, one of each. What is no such object is handed
 * on as it is, and becomes a dead letter. Not thread-safe.
 *
 * @param <T> an object as it was read
 */
public final class ObjectTranslator<T> implements SliceSink {
  /** Reads the object that the cursor stands at, to its end. */
  public interface Reading<T> {
    T read(JsonCursor json) throws BadJsonException;
  }

  /** Writes the record, which is handed on then. */
  public interface Writing<T> {
    void write(T object, long line, RecordJson out);
  }

  private final SliceSink target;
  private final RecordJson out;
  private final Reading<T> reading;
  private final Writing<T> writing;

  /**
   * For one body, or many messages.
   *
   * @param maxRecordBytes of a record as it is handed on
   */
  public ObjectTranslator(
      SliceSink target, int maxRecordBytes, Reading<T> reading, Writing<T> writing) {
    this.target = target;
    this.out = new RecordJson(maxRecordBytes);
    this.reading = reading;
    this.writing = writing;
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    T object = readOrNull(bytes, from, to);
    if (object == null) {
      target.slice(line, bytes, from, to);
    } else {
      handOn(object, line);
    }
  }

  private @Nullable T readOrNull(byte[] bytes, int from, int to) {
    try (JsonCursor json = JsonCursor.open(bytes, from, to)) {
      @Nullable T object = json.isObject() ? reading.read(json) : null;
      return json.isLast() ? object : null;
    } catch (BadJsonException e) {
      return null;
    }
  }

  /** Makes a record of what was read. */
  public void handOn(T object, long line) {
    writing.write(object, line, out);
    out.slice(target, line);
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    target.oversize(line, prefix, from, to, length);
  }

  @Override
  public long written() {
    return out.written();
  }
}
