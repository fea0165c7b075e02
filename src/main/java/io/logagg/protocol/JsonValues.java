package io.logagg.protocol;

import io.logagg.protocol.JsonCursor.BadJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Takes a body apart that is held as a whole: JSON values one behind the other, with or without
 * commas and blanks between them, or the elements of one array. Like {@link JsonSplitter}, it looks
 * only at strings and brackets.
 */
public final class JsonValues implements WholeBody.Parser {
  private final byte[] bytes;
  private final int size;
  private final int maxRecordBytes;
  private final boolean isWithin;
  private int at;
  private boolean isArray;
  private long element = 1;

  private JsonValues(byte[] bytes, int from, int size, int maxRecordBytes, boolean isWithin) {
    this.isWithin = isWithin;
    this.bytes = bytes;
    this.size = size;
    this.maxRecordBytes = maxRecordBytes;
    this.at = skipBlanks(bytes, from, size);
    if (at < size && bytes[at] == '[') {
      isArray = true;
      at++;
    }
  }

  /** For a body; one that is empty has none. */
  public static JsonValues of(byte[] bytes, int size, int maxRecordBytes) {
    return new JsonValues(bytes, JsonBytes.skipBom(bytes, 0, size), size, maxRecordBytes, false);
  }

  /**
   * For the elements of an array that is the first field of an object, if the body begins like
   * that; else as {@link #of}.
   */
  public static JsonValues within(String field, byte[] bytes, int size, int maxRecordBytes) {
    byte[][] parts = {
      {'{'}, ("\"" + field + "\"").getBytes(StandardCharsets.UTF_8), {':'},
    };
    int from = JsonBytes.skipBom(bytes, 0, size);
    for (byte[] part : parts) {
      from = skipBlanks(bytes, from, size);
      int end = from + part.length;
      if (end > size || !Arrays.equals(bytes, from, end, part, 0, part.length)) {
        return of(bytes, size, maxRecordBytes);
      }
      from = end;
    }
    from = skipBlanks(bytes, from, size);
    return from < size && bytes[from] == '['
        ? new JsonValues(bytes, from, size, maxRecordBytes, true)
        : of(bytes, size, maxRecordBytes);
  }

  /** Whether they are those of a field, see {@link #within}. */
  public boolean isWithin() {
    return isWithin;
  }

  /** Whether the first value is an object with a field of one of these names. */
  public boolean firstHas(Set<String> names) {
    try (JsonCursor json = JsonCursor.open(bytes, skipBlanksAndCommas(), size)) {
      if (!json.isObject()) {
        return false;
      }
      json.enter();
      while (json.nextField()) {
        if (names.contains(json.name())) {
          return true;
        }
      }
      return false;
    } catch (BadJsonException e) {
      return false;
    }
  }

  @Override
  public boolean next(SliceSink sink) throws FramingException {
    PartBound part = new PartBound(sink);
    part.begin(at);
    for (int i = 0; i < WholeBody.MAX_RECORDS; i++) {
      at = skipBlanksAndCommas();
      if (at == size) {
        if (isArray) {
          throw new FramingException("the body ends before the JSON array does");
        }
        return true;
      }
      byte first = bytes[at];
      if (isArray && first == ']') {
        return true;
      }
      if (first == '}' || first == ']' || first == ':' || (!isArray && first != '{')) {
        throw new FramingException(
            "expected %s, found '%s' at byte %d"
                .formatted(
                    isArray ? "an element of the array" : "a JSON object",
                    first > ' ' && first < 0x7F ? (char) first : '?',
                    at));
      }
      int end = first == '{' || first == '[' ? endOfContainer() : endOfScalar();
      if (end - at > maxRecordBytes) {
        sink.oversize(element, bytes, at, at + maxRecordBytes, end - at);
      } else {
        sink.slice(element, bytes, at, end);
      }
      at = end;
      element++;
      if (part.isReached(at)) {
        return false;
      }
    }
    return false;
  }

  private static int skipBlanks(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && JsonBytes.isBlank(bytes[i])) {
      i++;
    }
    return i;
  }

  private int skipBlanksAndCommas() {
    int i = at;
    while (i < size && (JsonBytes.isBlank(bytes[i]) || (bytes[i] == ',' && element > 1))) {
      i++;
    }
    return i;
  }

  private int endOfContainer() throws FramingException {
    int depth = 0;
    for (int i = at; i < size; i++) {
      switch (bytes[i]) {
        case '"' -> i = endOfString(i);
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (--depth == 0) {
            return i + 1;
          }
        }
        default -> {}
      }
    }
    throw endsWithin();
  }

  /** Where its closing quote is. */
  private int endOfString(int from) throws FramingException {
    for (int i = from + 1; i < size; i++) {
      if (bytes[i] == '\\') {
        i++;
      } else if (bytes[i] == '"') {
        return i;
      }
    }
    throw endsWithin();
  }

  private int endOfScalar() throws FramingException {
    int i = at;
    while (i < size && bytes[i] != ',' && bytes[i] != ']' && !JsonBytes.isBlank(bytes[i])) {
      i = bytes[i] == '"' ? endOfString(i) + 1 : i + 1;
    }
    return i;
  }

  private FramingException endsWithin() {
    return new FramingException("the body ends within element " + element + " of the JSON");
  }
}
