package io.logagg.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Goes through JSON in bytes, field by field or element by element, for protocols whose records are
 * not like ours. Within the limits of {@link JsonText}. Not thread-safe.
 */
public final class JsonCursor implements AutoCloseable {
  private final byte[] bytes;
  private final int base;
  private final JsonParser parser;
  private @Nullable JsonToken token;
  private boolean entered;

  /** What cannot be read, and where. */
  public static final class BadJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    BadJsonException(String message) {
      super(message, null, false, false);
    }
  }

  private JsonCursor(byte[] bytes, int base, JsonParser parser) {
    this.bytes = bytes;
    this.base = base;
    this.parser = parser;
  }

  /**
   * Stands at the first value of {@code [from, to)}.
   *
   * @throws BadJsonException if there is none
   */
  public static JsonCursor open(byte[] bytes, int from, int to) throws BadJsonException {
    int start = JsonBytes.skipBom(bytes, from, to);
    try {
      JsonCursor cursor =
          new JsonCursor(bytes, start, JsonText.factory().createParser(bytes, start, to - start));
      if (cursor.advance() == null) {
        throw new BadJsonException("there is no JSON value");
      }
      return cursor;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  private @Nullable JsonToken advance() throws BadJsonException {
    JsonToken next = this.<@Nullable JsonToken>read(parser::nextToken);
    token = next;
    return next;
  }

  private interface Reading<T extends @Nullable Object> {
    T run() throws IOException;
  }

  private <T extends @Nullable Object> T read(Reading<T> reading) throws BadJsonException {
    try {
      return reading.run();
    } catch (JsonProcessingException e) {
      String message = e.getOriginalMessage();
      int lineEnd = message.indexOf('\n');
      String first = lineEnd < 0 ? message : message.substring(0, lineEnd);
      // What nests too deep has no place.
      String place = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
      throw new BadJsonException("not valid JSON: " + first + place);
    } catch (IllegalStateException | ArrayIndexOutOfBoundsException e) {
      // Field names that were made to collide; see JsonText#forgetNames.
      JsonText.forgetNames();
      throw new BadJsonException("not taken: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  public boolean isObject() {
    return token == JsonToken.START_OBJECT;
  }

  public boolean isArray() {
    return token == JsonToken.START_ARRAY;
  }

  public boolean isText() {
    return token == JsonToken.VALUE_STRING;
  }

  public boolean isNumber() {
    return token != null && token.isNumeric();
  }

  public boolean isNull() {
    return token == JsonToken.VALUE_NULL;
  }

  /**
   * Moves on to the value of the next field, of the object that {@link #enter} went into; false,
   * and behind it, if there is none. The value before must have been read or entered, or is
   * skipped.
   */
  public boolean nextField() throws BadJsonException {
    skipEntered();
    if (advance() == JsonToken.END_OBJECT) {
      return false;
    }
    if (token != JsonToken.FIELD_NAME) {
      throw new BadJsonException("not valid JSON: it ends within an object");
    }
    advance();
    return true;
  }

  /** Moves on to the next element of the array that {@link #enter} went into; the same for it. */
  public boolean nextElement() throws BadJsonException {
    skipEntered();
    JsonToken next = advance();
    if (next == null) {
      throw new BadJsonException("not valid JSON: it ends within an array");
    }
    return next != JsonToken.END_ARRAY;
  }

  /** Goes into the object or array that it stands at. */
  public void enter() {
    if (token == null || !token.isStructStart()) {
      throw new IllegalStateException("there is nothing to go into");
    }
    entered = true;
  }

  private void skipEntered() throws BadJsonException {
    if (!entered) {
      skip();
    }
    entered = false;
  }

  /** Moves to the end of the value, whatever it is. */
  public void skip() throws BadJsonException {
    token =
        this.<@Nullable JsonToken>read(
            () -> {
              parser.skipChildren();
              return parser.currentToken();
            });
  }

  /** Whether nothing follows the value that was read. */
  public boolean isLast() throws BadJsonException {
    skip();
    return advance() == null;
  }

  /** Where in the bytes the value begins that it stands at. */
  public int offset() {
    return base + (int) parser.currentTokenLocation().getByteOffset();
  }

  /** Of the field whose value it stands at. */
  public String name() throws BadJsonException {
    return read(parser::currentName);
  }

  /** A string, number or boolean as text; null for null and for containers. */
  public @Nullable String text() throws BadJsonException {
    JsonToken at = token;
    return at != null && at.isScalarValue() && at != JsonToken.VALUE_NULL
        ? read(parser::getText)
        : null;
  }

  /** The value as JSON, in a form that PostgreSQL takes; moves to its end. */
  public String raw() throws BadJsonException {
    return read(
        () -> {
          int from = offset();
          parser.skipChildren();
          parser.finishToken();
          token = parser.currentToken();
          int to = base + (int) parser.currentLocation().getByteOffset();
          return JsonText.storable(bytes, from, to);
        });
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing memory cannot fail", e);
    }
  }
}
