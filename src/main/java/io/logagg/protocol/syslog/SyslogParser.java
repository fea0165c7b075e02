package io.logagg.protocol.syslog;

import java.time.ZoneId;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages apart, whichever RFC they follow. What follows none is a message as well, all of
 * it text. Thread-safe if the clock is.
 */
public final class SyslogParser {
  static final int MAX_PRI = 191;
  private static final int NO_PRI = -1;

  private final Rfc3164 bsd;

  /**
   * For any messages.
   *
   * @param zone of times that name none
   * @param nowMicros the present time, by which the year of such times is told
   */
  public SyslogParser(ZoneId zone, LongSupplier nowMicros) {
    this.bsd = new Rfc3164(zone, nowMicros);
  }

  SyslogMessage parse(String message) {
    int close = message.startsWith("<") ? message.indexOf('>') : -1;
    int pri = close < 2 || close > 4 ? NO_PRI : pri(message, close);
    int from = pri == NO_PRI ? 0 : close + 1;
    SyslogMessage modern = pri == NO_PRI ? null : Rfc5424.parse(message, from, pri);
    if (modern != null) {
      return modern;
    }
    SyslogMessage old = bsd.parse(message, from, pri);
    if (old != null) {
      return old;
    }
    String rest = message.substring(from);
    @Nullable SyslogMessage bare = pri == NO_PRI ? null : Rfc3164.withoutTime(rest, pri);
    return bare == null ? SyslogMessage.ofText(pri, rest) : bare;
  }

  private static int pri(String message, int close) {
    int value = 0;
    for (int i = 1; i < close; i++) {
      char c = message.charAt(i);
      if (c < '0' || c > '9') {
        return NO_PRI;
      }
      value = value * 10 + (c - '0');
    }
    return value > MAX_PRI ? NO_PRI : value;
  }
}
