package io.logagg.protocol;

import io.logagg.protocol.redact.Redaction;
import io.logagg.record.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces secrets in JSON text that is known to be valid: whole values of fields, and what is
 * found in strings as they read without escapes. Names stay, and so do numbers. For one use.
 */
final class JsonRedactor {
  /** What of a record is no field of {@code metadata_} and stays as it is. */
  private static final Set<String> KEPT = Set.of("app", "service", "id");

  private final Redaction redaction;
  private final String raw;
  private final boolean strings;
  private final boolean fields;
  private final List<String> parents = new ArrayList<>();
  private @Nullable StringBuilder out;
  private int copied;
  private String name = "";

  private JsonRedactor(Redaction redaction, String raw, boolean strings, boolean fields) {
    this.redaction = redaction;
    this.raw = raw;
    this.strings = strings;
    this.fields = fields;
  }

  /**
   * Replaces what stands in fields that are not kept.
   *
   * @param name of the field whose value this is; empty for {@code metadata_} itself
   */
  static String fields(Redaction redaction, String name, String raw) {
    if (!redaction.hasFields()) {
      return raw;
    }
    if (!name.isEmpty() && redaction.hides("", name)) {
      return RawJson.quoted(redaction.field());
    }
    if (raw.charAt(0) != '{' && raw.charAt(0) != '[') {
      return raw;
    }
    JsonRedactor redactor = new JsonRedactor(redaction, raw, false, true);
    redactor.name = name;
    return redactor.run(false);
  }

  /** Replaces what the rules find in strings. */
  static String strings(Redaction redaction, String raw) {
    return redaction.hasRules() ? new JsonRedactor(redaction, raw, true, false).run(false) : raw;
  }

  /** Both, in a record as its sender wrote it: what tells whose it is stays. */
  static String record(Redaction redaction, String raw) {
    return new JsonRedactor(redaction, raw, true, redaction.hasFields()).run(true);
  }

  private String run(boolean isRecord) {
    int at = 0;
    if (!fields && !isRecord) {
      // No matter how deep, strings are all that counts.
      while (at >= 0) {
        int open = raw.indexOf('"', at);
        at = open < 0 ? -1 : string(open, false);
      }
      return out == null ? raw : out.append(raw, copied, raw.length()).toString();
    }
    while (at < raw.length()) {
      switch (raw.charAt(at)) {
        case '"' -> at = string(at, isRecord && parents.size() == 1);
        case '{', '[' -> {
          parents.add(name);
          name = "";
          at++;
        }
        case '}', ']' -> {
          parents.remove(parents.size() - 1);
          name = "";
          at++;
        }
        default -> at++;
      }
    }
    return out == null ? raw : out.append(raw, copied, raw.length()).toString();
  }

  /** Deals with a string, and with the value behind it if it is a name; where to go on. */
  private int string(int open, boolean ofRecord) {
    int end = RawJson.stringEnd(raw, open);
    int behind = RawJson.blanksEnd(raw, end);
    boolean isName = behind < raw.length() && raw.charAt(behind) == ':';
    if (isName) {
      name = JsonText.unquote(raw.substring(open, end));
      int from = RawJson.blanksEnd(raw, behind + 1);
      if (ofRecord && raw.charAt(from) == '"' && isKept(from)) {
        return RawJson.stringEnd(raw, from);
      }
      if (fields && redaction.hides(path(), name)) {
        int to = RawJson.valueEnd(raw, from);
        replace(from, to, redaction.field());
        return to;
      }
      return strings && raw.charAt(from) == '"' ? named(from) : from;
    }
    if (strings) {
      String text = JsonText.unquote(raw.substring(open, end));
      String clean = redaction.text(text);
      if (!clean.equals(text)) {
        replace(open, end, clean);
      }
    }
    return end;
  }

  /** Deals with the string that is the value of {@link #name}; where to go on. */
  private int named(int from) {
    int to = RawJson.stringEnd(raw, from);
    String gone = redaction.named(name, raw, from + 1, to - 1);
    if (gone == null) {
      return from;
    }
    replace(from, to, gone);
    return to;
  }

  private boolean isKept(int from) {
    return KEPT.contains(name)
        || (name.equals("timestamp")
            && Timestamps.parse(JsonText.unquote(raw.substring(from, RawJson.stringEnd(raw, from))))
                .isPresent());
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    for (String parent : parents) {
      if (!parent.isEmpty()) {
        path.append(parent.toLowerCase(Locale.ROOT)).append('.');
      }
    }
    return path.toString();
  }

  private void replace(int from, int to, String text) {
    if (out == null) {
      out = new StringBuilder(raw.length() + 32);
    }
    JsonText.quote(out.append(raw, copied, from), text);
    copied = to;
  }
}
