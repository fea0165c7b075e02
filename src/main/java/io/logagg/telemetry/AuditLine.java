package io.logagg.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line about something that is gone for good: what, by whom, how much. It goes to the logger
 * {@code logagg.audit} as {@code key=value} pairs. Whatever a value holds, it stays within its
 * quotes and its line. Belongs to one context.
 */
public final class AuditLine {
  private static final Logger LOG = LoggerFactory.getLogger("logagg.audit");

  /** Of one value; more is cut off. */
  static final int MAX_CHARS = 256;

  private final Map<String, String> pairs = new LinkedHashMap<>();
  private final long startNanos = System.nanoTime();

  private AuditLine() {}

  /**
   * Begins a line; the time from here to {@link #log} is what it says it took.
   *
   * @param by a client's address, or the name of a job of ours
   */
  public static AuditLine of(String action, String by) {
    return new AuditLine().with("action", action).with("by", by);
  }

  /** Adds a pair, or replaces it; null adds nothing. */
  public AuditLine with(String key, @Nullable Object value) {
    if (value != null) {
      pairs.put(key, value(value.toString()));
    }
    return this;
  }

  /** Writes the line. */
  public void log() {
    LOG.info("{}", text((System.nanoTime() - startNanos) / 1_000_000));
  }

  private String text(long tookMs) {
    StringBuilder text = new StringBuilder();
    pairs.forEach((key, value) -> text.append(key).append('=').append(value).append(' '));
    return text.append("took_ms=").append(tookMs).toString();
  }

  /**
   * As it is if that is plain; else in quotes, with escapes for what could look like another pair.
   */
  static String value(String value) {
    boolean cut = value.length() > MAX_CHARS;
    String kept = cut ? value.substring(0, MAX_CHARS) : value;
    if (!cut && kept.matches("[A-Za-z0-9_.:,/+-]+")) {
      return kept;
    }
    StringBuilder quoted = new StringBuilder("\"");
    kept.chars().forEach(c -> append(quoted, (char) c));
    return quoted.append(cut ? "\"..." : "\"").toString();
  }

  private static void append(StringBuilder out, char c) {
    if (c == '"' || c == '\\') {
      out.append('\\').append(c);
    } else if (c == ' ' || Character.isLetterOrDigit(c) || (c > ' ' && c < 0x7F)) {
      out.append(c);
    } else {
      out.append("\\u%04x".formatted((int) c));
    }
  }
}
