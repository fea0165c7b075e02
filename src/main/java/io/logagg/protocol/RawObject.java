package io.logagg.protocol;

import org.jspecify.annotations.Nullable;

/** Changes a JSON object that is known to be valid, as text. */
final class RawObject {
  private RawObject() {}

  /**
   * A value that was found.
   *
   * @param value as raw JSON
   * @param rest the object without it, and without an object that held nothing else
   */
  record Taken(String value, String rest) {}

  /** Finds a field; null if there is none. Of equal names the last counts, and all are removed. */
  static @Nullable Taken take(String raw, FieldPath path) {
    // Most often it is not there, which a look tells unless a name may have escapes.
    if (!raw.contains(path.head()) && raw.indexOf('\\') < 0) {
      return null;
    }
    Taken flat = takeMember(raw, path.whole());
    FieldPath tail = path.tail();
    if (flat != null || tail == null) {
      return flat;
    }
    Taken outer = takeMember(raw, path.head());
    Taken inner =
        outer == null || outer.value().charAt(0) != '{' ? null : take(outer.value(), tail);
    if (outer == null || inner == null) {
      return null;
    }
    return inner.rest().equals("{}")
        ? new Taken(inner.value(), outer.rest())
        : new Taken(inner.value(), with(outer.rest(), path.head(), inner.rest()));
  }

  private static @Nullable Taken takeMember(String raw, String name) {
    StringBuilder rest = new StringBuilder(raw.length()).append('{');
    String value = null;
    int at = RawJson.blanksEnd(raw, 1);
    while (raw.charAt(at) == '"') {
      int nameEnd = RawJson.stringEnd(raw, at);
      int from = RawJson.blanksEnd(raw, RawJson.blanksEnd(raw, nameEnd) + 1);
      int to = RawJson.valueEnd(raw, from);
      if (RawJson.isString(raw, at, nameEnd, name)) {
        value = raw.substring(from, to);
      } else {
        rest.append(rest.length() > 1 ? "," : "").append(raw, at, to);
      }
      at = RawJson.blanksEnd(raw, to);
      at = raw.charAt(at) == ',' ? RawJson.blanksEnd(raw, at + 1) : at;
    }
    return value == null ? null : new Taken(value, rest.append('}').toString());
  }

  /** The object with a further field at its end, which it does not have yet. */
  static String with(String raw, String name, String value) {
    int end = raw.lastIndexOf('}');
    StringBuilder out = new StringBuilder(raw.length() + name.length() + value.length() + 8);
    out.append(raw, 0, end);
    if (RawJson.blanksEnd(raw, 1) < end) {
      out.append(',');
    }
    return JsonText.quote(out, name).append(':').append(value).append('}').toString();
  }

  /** Whether it has such a field itself. */
  static boolean has(String raw, String name) {
    return takeMember(raw, name) != null;
  }
}
