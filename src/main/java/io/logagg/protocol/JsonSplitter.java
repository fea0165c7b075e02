package io.logagg.protocol;

/**
 * Cuts a JSON body into single records without building it: the elements of an array, one object,
 * or objects that stand one behind the other. It only looks at strings and brackets; whether a
 * record is valid JSON is for its decoder to say, so that one that is not does not spoil its
 * neighbours.
 */
public final class JsonSplitter implements BodySplitter {
  private enum State {
    START,
    /** In an array, before an element. */
    ELEMENT,
    /** In an array, behind "[": an element or the end. */
    FIRST_ELEMENT,
    /** In an array, behind an element. */
    SEPARATOR,
    /** Behind a top-level object: another may follow. */
    NEXT_OBJECT,
    /** Behind the array. */
    DONE,
    /** In a value that starts with a bracket. */
    CONTAINER,
    /** In a number, a literal or a string that is an element by itself. */
    SCALAR
  }

  private final SliceSink sink;
  private final SliceBuffer held;
  private final int maxBytes;

  private State state = State.START;
  private boolean array;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private long element = 1;
  private long offset;
  private int bomRead;

  public JsonSplitter(SliceSink sink, int maxBytes) {
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.held = new SliceBuffer(maxBytes);
  }

  @Override
  public void feed(byte[] bytes, int from, int to) throws FramingException {
    int i = offset < JsonBytes.BOM.length ? skipBom(bytes, from, to) : from;
    int valueStart = i;
    while (i < to) {
      if (state == State.CONTAINER) {
        i = scanContainer(bytes, i, to);
        if (depth == 0) {
          endValue(bytes, valueStart, i);
        }
      } else if (state == State.SCALAR) {
        i = scanScalar(bytes, i, to);
        if (i < to) {
          endValue(bytes, valueStart, i);
        }
      } else {
        valueStart = i;
        i = between(bytes, i, offset + i - from);
      }
    }
    if (state == State.CONTAINER || state == State.SCALAR) {
      held.append(bytes, valueStart, to);
    }
    offset += to - from;
  }

  /** Where the content goes on behind a byte order mark, which may have begun in earlier chunks. */
  private int skipBom(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to
        && bomRead < JsonBytes.BOM.length
        && offset + i - from == bomRead
        && bytes[i] == JsonBytes.BOM[bomRead]) {
      bomRead++;
      i++;
    }
    return i;
  }

  /** One byte outside of values; stays where it is if a value starts there. */
  private int between(byte[] bytes, int at, long position) throws FramingException {
    byte b = bytes[at];
    if (JsonBytes.isBlank(b)) {
      return at + 1;
    }
    switch (state) {
      case START -> {
        if (bomRead > 0 && bomRead < JsonBytes.BOM.length) {
          throw unexpected(JsonBytes.BOM[0], 0, "a JSON array or object");
        }
        if (b == '[') {
          array = true;
          state = State.FIRST_ELEMENT;
          return at + 1;
        }
        return startObject(b, at, position, "a JSON array or object");
      }
      case NEXT_OBJECT -> {
        return startObject(b, at, position, "another object or the end");
      }
      case FIRST_ELEMENT, ELEMENT -> {
        if (b == ']' && state == State.FIRST_ELEMENT) {
          state = State.DONE;
          return at + 1;
        }
        if (b == ',' || b == ']' || b == '}' || b == ':') {
          throw unexpected(b, position, "an element of the array");
        }
        startValue(b);
        return at;
      }
      case SEPARATOR -> {
        if (b != ',' && b != ']') {
          throw unexpected(b, position, "',' or ']'");
        }
        state = b == ',' ? State.ELEMENT : State.DONE;
        return at + 1;
      }
      default -> throw unexpected(b, position, "nothing behind the array");
    }
  }

  private int startObject(byte b, int at, long position, String expected) throws FramingException {
    if (b != '{') {
      throw unexpected(b, position, expected);
    }
    startValue(b);
    return at;
  }

  private void startValue(byte b) {
    state = b == '{' || b == '[' ? State.CONTAINER : State.SCALAR;
    depth = 0;
    inString = false;
    escaped = false;
  }

  private int scanContainer(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      byte b = bytes[i++];
      if (inString) {
        scanStringByte(b);
      } else if (b == '"') {
        inString = true;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if ((b == '}' || b == ']') && --depth == 0) {
        return i;
      }
    }
    return i;
  }

  private int scanScalar(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      byte b = bytes[i];
      if (inString) {
        scanStringByte(b);
      } else if (b == '"') {
        inString = true;
      } else if (b == ',' || b == ']' || JsonBytes.isBlank(b)) {
        return i;
      }
      i++;
    }
    return i;
  }

  private void scanStringByte(byte b) {
    if (escaped) {
      escaped = false;
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      inString = false;
    }
  }

  private void endValue(byte[] bytes, int from, int to) {
    if (held.isEmpty() && to - from <= maxBytes) {
      sink.slice(element, bytes, from, to);
    } else {
      held.append(bytes, from, to);
      held.flush(sink, element);
    }
    element++;
    state = array ? State.SEPARATOR : State.NEXT_OBJECT;
  }

  @Override
  public int heldBytes() {
    return held.size();
  }

  @Override
  public boolean end() throws FramingException {
    switch (state) {
      case DONE, NEXT_OBJECT -> {}
      case START -> throw new FramingException("the body is empty");
      case CONTAINER, SCALAR ->
          throw new FramingException("the body ends within element " + element + " of the JSON");
      default -> throw new FramingException("the body ends before the JSON array does");
    }
    return true;
  }

  private static FramingException unexpected(byte b, long position, String expected) {
    String found = b > ' ' && b < 0x7F ? "'" + (char) b + "'" : String.format("byte 0x%02X", b);
    return new FramingException(
        "expected " + expected + ", found " + found + " at byte " + position);
  }
}
