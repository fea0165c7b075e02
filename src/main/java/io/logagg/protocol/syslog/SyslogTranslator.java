package io.logagg.protocol.syslog;

import io.logagg.protocol.MultilineJoiner;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of messages: APP-NAME or TAG is the app, the severity the level, MSG the message;
 * {@code host}, {@code facility}, {@code procid}, {@code msgid} and each element of structured data
 * go into {@code metadata_}. Of JSON behind the cookie {@code @cee:}, the fields become those of
 * the record. Lines of stack traces become one record, see {@link MultilineJoiner}. Not
 * thread-safe.
 */
public final class SyslogTranslator implements SliceSink {
  /** RFC 5424 section 6.2.1, by the names that programs use. */
  private static final List<String> FACILITIES =
      List.of(
          "kern",
          "user",
          "mail",
          "daemon",
          "auth",
          "syslog",
          "lpr",
          "news",
          "uucp",
          "cron",
          "authpriv",
          "ftp",
          "ntp",
          "audit",
          "alert",
          "clock",
          "local0",
          "local1",
          "local2",
          "local3",
          "local4",
          "local5",
          "local6",
          "local7");

  private static final Set<String> OWN_NAMES = Set.of("host", "facility", "procid", "msgid");

  /** A text grows by its escapes, and in UTF-8. */
  private static final int MAX_BYTES_PER_CHAR = 4;

  private final SliceSink target;
  private final SyslogParser parser;
  private final LongSupplier nanoClock;
  private final RecordJson out;
  private final @Nullable MultilineJoiner<Line> joiner;

  private record Line(long number, SyslogMessage message) {}

  /**
   * For one connection.
   *
   * @param maxRecordBytes of a record as it is handed on
   * @param joins whether lines of stack traces become one record
   */
  public SyslogTranslator(
      SliceSink target,
      int maxRecordBytes,
      SyslogParser parser,
      boolean joins,
      LongSupplier nanoClock) {
    this.target = target;
    this.parser = parser;
    this.nanoClock = nanoClock;
    this.out = new RecordJson(maxRecordBytes);
    this.joiner =
        joins
            ? new MultilineJoiner<>(
                maxRecordBytes / MAX_BYTES_PER_CHAR,
                (first, text) -> write(first.number(), first.message(), text))
            : null;
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    take(line, "", bytes, from, to);
  }

  /**
   * A message of one of several senders.
   *
   * @param peer which of them
   */
  public void take(long line, String peer, byte[] bytes, int from, int to) {
    SyslogMessage message =
        parser.parse(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    CeeFields fields = CeeFields.read(message.text());
    if (fields != null) {
      fields.write(out, message, () -> metadata(message));
      out.slice(target, line);
    } else if (joiner == null) {
      write(line, message, message.text());
    } else {
      String sender =
          String.join(
              "\0", peer, text(message.host()), text(message.app()), text(message.procId()));
      String text = message.text();
      int beside = Math.max(0, to - from - text.length()); // Structured data may be long.
      joiner.add(sender, new Line(line, message), beside, text, nanoClock.getAsLong());
    }
  }

  private static String text(@Nullable String field) {
    return field == null ? "" : field;
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    target.oversize(line, prefix, from, to, length);
  }

  /** Hands on what no line was added to for long enough. */
  public void expire() {
    if (joiner != null) {
      joiner.expire(nanoClock.getAsLong());
    }
  }

  /** Hands on all that is held. */
  public void flush() {
    if (joiner != null) {
      joiner.flush();
    }
  }

  /** About how much is held. */
  public int heldBytes() {
    return joiner == null ? 0 : joiner.heldBytes();
  }

  private void write(long line, SyslogMessage message, String text) {
    out.app(message.app()).level(level(message));
    time(out, message);
    out.message(text).metadata();
    metadata(message);
    out.slice(target, line);
  }

  static void time(RecordJson out, SyslogMessage message) {
    Long micros = message.micros();
    if (micros != null) {
      out.timestampNanos(micros * 1000);
    }
  }

  static @Nullable String level(SyslogMessage message) {
    return message.pri() < 0 ? null : String.valueOf(message.pri() & 7);
  }

  /** What has no column, into the object that is open. */
  private void metadata(SyslogMessage message) {
    textIfAny("host", message.host());
    if (message.pri() >= 0) {
      out.text("facility", FACILITIES.get(message.pri() >> 3));
    }
    textIfAny("procid", message.procId());
    textIfAny("msgid", message.msgId());
    message
        .data()
        .forEach(
            (element, params) -> {
              out.object(OWN_NAMES.contains(element) ? "sd_" + element : element);
              params.forEach(this::param);
              out.end();
            });
  }

  private void textIfAny(String name, @Nullable String value) {
    if (value != null) {
      out.text(name, value);
    }
  }

  private void param(String name, List<String> values) {
    if (values.size() == 1) {
      out.text(name, values.get(0));
      return;
    }
    out.array(name);
    values.forEach(value -> out.text(null, value));
    out.end();
  }
}
