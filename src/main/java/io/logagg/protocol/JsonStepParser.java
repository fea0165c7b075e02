package io.logagg.protocol;

import io.logagg.protocol.JsonCursor.BadJsonException;

/** Goes through a body that is one JSON object. Not thread-safe. */
public interface JsonStepParser extends StepParser {
  /**
   * Goes into the object that is in the first bytes.
   *
   * @throws FramingException if there is none
   */
  static JsonCursor open(byte[] bytes, int size) throws FramingException {
    try {
      JsonCursor json = JsonCursor.open(bytes, 0, size);
      if (!json.isObject()) {
        throw new FramingException("the body must be a JSON object");
      }
      json.enter();
      return json;
    } catch (BadJsonException e) {
      throw new FramingException(String.valueOf(e.getMessage()));
    }
  }

  /** What {@link #open} gave. */
  JsonCursor json();

  /** Goes on by one field or element; false at the end of the object. */
  boolean advance(SliceSink sink) throws BadJsonException, FramingException;

  @Override
  default boolean step(SliceSink sink) throws FramingException {
    try {
      if (advance(sink)) {
        return true;
      }
      if (!json().isLast()) {
        throw new FramingException("there is more behind the JSON object");
      }
      json().close();
      return false;
    } catch (BadJsonException e) {
      throw new FramingException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  default int position() {
    return json().offset();
  }
}
