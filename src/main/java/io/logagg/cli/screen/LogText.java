package io.logagg.cli.screen;

import io.logagg.cli.screen.LogLine.Field;
import io.logagg.record.Timestamps;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Records as text for people: time, level, where from, message, then the metadata as {@code
 * name=value}. Not thread-safe.
 */
public final class LogText {
  private static final int INDENT = 4;
  private static final int LEVEL_COLUMNS = 5;
  private static final String CUT = "…";
  private static final DateTimeFormatter SHORT =
      DateTimeFormatter.ofPattern("MM-dd HH:mm:ss.SSS", Locale.ROOT);
  private static final DateTimeFormatter FULL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);

  private final Look look;

  public LogText(Look look) {
    this.look = look;
  }

  /** The record, with a line end behind it. */
  public String of(LogLine line) {
    return (look.oneLine() ? cut(line) : whole(line)) + "\n";
  }

  private String whole(LogLine line) {
    Fitted out = new Fitted(look.columns(), INDENT, look.coloured());
    head(out, line);
    List<String> message = line.message().stripTrailing().lines().toList();
    for (int i = 0; i < message.size(); i++) {
      if (i > 0) {
        out.newLine(0);
      }
      out.text(SafeText.line(message.get(i)), Style.PLAIN);
    }
    for (Field field : line.fields()) {
      out.blank();
      out.piece(pair(field), Style.DIM);
    }
    return out.toString();
  }

  private void head(Fitted out, LogLine line) {
    out.piece(time(line.timestamp()), Style.DIM);
    out.blank();
    String level = SafeText.line(line.level());
    out.piece(level, Style.ofLevel(level));
    out.piece(" ".repeat(Math.max(0, LEVEL_COLUMNS - Fitted.columns(level))), Style.PLAIN);
    out.blank();
    out.piece(source(line), Style.SOURCE);
    out.blank();
  }

  /** All in one line, as far as it goes. */
  private String cut(LogLine line) {
    Fitted out = new Fitted(0, 0, look.coloured());
    head(out, line);
    StringBuilder rest =
        new StringBuilder(SafeText.line(String.join(" ⏎ ", line.message().lines().toList())));
    int width = look.columns();
    int used = Fitted.columns(time(line.timestamp()) + source(line)) + 3;
    used += Math.max(LEVEL_COLUMNS, Fitted.columns(SafeText.line(line.level())));
    int messageEnd = rest.length();
    line.fields().forEach(field -> rest.append(' ').append(pair(field)));
    String all = rest.toString();
    String shown = width == 0 ? all : fitting(all, Math.max(1, width - used));
    int split = Math.min(messageEnd, shown.length());
    out.text(shown.substring(0, split), Style.PLAIN);
    out.text(shown.substring(split), Style.DIM);
    return out.toString();
  }

  private static String fitting(String text, int columns) {
    if (Fitted.columns(text) <= columns) {
      return text;
    }
    int used = 1; // For the sign that it was cut.
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      used += SafeText.columns(c);
      if (used > columns) {
        break;
      }
      i += Character.charCount(c);
    }
    return text.substring(0, i) + CUT;
  }

  private String time(String timestamp) {
    OptionalLong micros = Timestamps.parse(timestamp);
    if (micros.isEmpty()) {
      return SafeText.line(timestamp);
    }
    ZonedDateTime time =
        Instant.EPOCH.plus(micros.getAsLong(), ChronoUnit.MICROS).atZone(look.zone());
    return (look.columns() == 0 ? FULL : SHORT).format(time);
  }

  private static String source(LogLine line) {
    String service = line.service();
    return SafeText.line(
        service == null || service.isEmpty() ? line.app() : line.app() + "/" + service);
  }

  private static String pair(Field field) {
    String value = field.value();
    boolean quoted = value.isEmpty() || value.indexOf(' ') >= 0 || value.indexOf('\t') >= 0;
    String safe = SafeText.line(value);
    return SafeText.line(field.name())
        + "="
        + (quoted ? '"' + safe.replace("\"", "\\\"") + '"' : safe);
  }
}
