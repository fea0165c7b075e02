package io.logagg.protocol.elastic;

import java.util.Arrays;

/**
 * Where the fields of a JSON object stand in its bytes. Finds the ends of values by quotes and
 * brackets alone, and leaves it to others whether what is between them is JSON. Not thread-safe.
 */
final class FieldPlaces {
  private static final int PLACES = 4;

  private byte[] bytes = new byte[0];
  private int to;
  private int[] places = new int[32 * PLACES];
  private int count;

  /** Reads {@code [from, to)}; false if that is no object from end to end. */
  boolean read(byte[] source, int from, int end) {
    bytes = source;
    to = end;
    count = 0;
    int at = blanks(from);
    if (peek(at) != '{') {
      return false;
    }
    at = blanks(at + 1);
    if (peek(at) == '}') {
      return blanks(at + 1) == to;
    }
    while (true) {
      int nameEnd = peek(at) == '"' ? stringEnd(at) : -1;
      int colon = nameEnd < 0 ? -1 : blanks(nameEnd);
      if (colon < 0 || peek(colon) != ':') {
        return false;
      }
      int value = blanks(colon + 1);
      int valueEnd = valueEnd(value);
      if (valueEnd < 0) {
        return false;
      }
      add(at, nameEnd, value, valueEnd);
      at = blanks(valueEnd);
      if (peek(at) == '}') {
        return blanks(at + 1) == to;
      }
      if (peek(at) != ',') {
        return false;
      }
      at = blanks(at + 1);
    }
  }

  private void add(int name, int nameEnd, int value, int valueEnd) {
    int at = count * PLACES;
    if (at == places.length) {
      places = Arrays.copyOf(places, at * 2);
    }
    places[at] = name;
    places[at + 1] = nameEnd;
    places[at + 2] = value;
    places[at + 3] = valueEnd;
    count++;
  }

  int count() {
    return count;
  }

  /** Of the field's name, with its quotes, as in the following. */
  int nameFrom(int field) {
    return places[field * PLACES];
  }

  int nameTo(int field) {
    return places[field * PLACES + 1];
  }

  int valueFrom(int field) {
    return places[field * PLACES + 2];
  }

  int valueTo(int field) {
    return places[field * PLACES + 3];
  }

  /** The last field of that name, which is ASCII and needs no escapes; -1 if there is none. */
  int find(String name) {
    for (int i = count - 1; i >= 0; i--) {
      if (hasName(i, name)) {
        return i;
      }
    }
    return -1;
  }

  boolean hasName(int field, String name) {
    int from = nameFrom(field) + 1;
    if (nameTo(field) - 1 - from != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (bytes[from + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The byte that the field's value begins with, which tells what it is. */
  byte kind(int field) {
    return bytes[valueFrom(field)];
  }

  private int blanks(int from) {
    int at = from;
    while (at < to && bytes[at] <= ' ' && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  /** 0 behind the end. */
  private byte peek(int at) {
    return at < to ? bytes[at] : 0;
  }

  /** Behind the string that begins at {@code at}; -1 if it does not end. */
  private int stringEnd(int at) {
    int i = at + 1;
    while (i < to) {
      byte b = bytes[i];
      if (b == '"') {
        return i + 1;
      }
      i += b == '\\' ? 2 : 1;
    }
    return -1;
  }

  private int valueEnd(int at) {
    return switch (peek(at)) {
      case '"' -> stringEnd(at);
      case '{', '[' -> containerEnd(at);
      default -> plainEnd(at);
    };
  }

  private int containerEnd(int from) {
    int depth = 0;
    int at = from;
    while (at < to) {
      byte b = bytes[at];
      if (b == '"') {
        at = stringEnd(at);
        if (at < 0) {
          return -1;
        }
        continue;
      }
      at++;
      if (b == '{' || b == '[') {
        depth++;
      } else if ((b == '}' || b == ']') && --depth == 0) {
        return at;
      }
    }
    return -1;
  }

  /** Of a number or a word; -1 if there is none. */
  private int plainEnd(int from) {
    int at = from;
    while (at < to
        && bytes[at] != ','
        && bytes[at] != '}'
        && !(bytes[at] >= 0 && bytes[at] <= ' ')) {
      at++;
    }
    return at == from ? -1 : at;
  }
}
