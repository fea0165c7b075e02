package io.logagg.http.reply;

import io.logagg.record.Timestamps;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.UUID;

/**
 * JSON as bytes, put together by hand: for answers of so many values that a general writer's time
 * for each would count. Can be used again after {@link #take}. Not thread-safe.
 */
final class JsonOutput {
  private static final int FIRST_CAPACITY = 4096;

  /** A larger buffer is not kept for the next time. */
  private static final int MAX_KEPT = 2 << 20;

  private static final long DAY_MICROS = 86_400_000_000L;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** What stands behind the backslash; 0 where there is none, {@code u} for a long form. */
  private static final byte[] ESCAPES = escapes();

  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size;

  /** The date that {@code date} says, as days since the epoch: most times are of one day. */
  private long dateDay = Long.MIN_VALUE;

  private byte[] date = {};

  private static byte[] escapes() {
    byte[] escapes = new byte[256];
    Arrays.fill(escapes, 0, 0x20, (byte) 'u');
    escapes['\b'] = 'b';
    escapes['\t'] = 't';
    escapes['\n'] = 'n';
    escapes['\f'] = 'f';
    escapes['\r'] = 'r';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
    }
  }

  /** A character of ASCII as it is. */
  void raw(char c) {
    ensure(1);
    bytes[size++] = (byte) c;
  }

  /** JSON as it is. */
  void raw(byte[] json) {
    ensure(json.length);
    System.arraycopy(json, 0, bytes, size, json.length);
    size += json.length;
  }

  /** A text, with its quotes. */
  void string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ensure(utf8.length + 2);
    bytes[size++] = '"';
    int from = 0;
    for (int i = 0; i < utf8.length; i++) {
      if (ESCAPES[utf8[i] & 0xFF] != 0) {
        copy(utf8, from, i);
        escape(utf8[i]);
        from = i + 1;
      }
    }
    copy(utf8, from, utf8.length);
    raw('"');
  }

  private void copy(byte[] source, int from, int to) {
    ensure(to - from);
    System.arraycopy(source, from, bytes, size, to - from);
    size += to - from;
  }

  private void escape(byte b) {
    ensure(6);
    byte letter = ESCAPES[b];
    bytes[size++] = '\\';
    bytes[size++] = letter;
    if (letter == 'u') {
      bytes[size++] = '0';
      bytes[size++] = '0';
      bytes[size++] = HEX[b >> 4];
      bytes[size++] = HEX[b & 0xF];
    }
  }

  void number(long number) {
    raw(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
  }

  /** An id as text, with its quotes. */
  void uuid(UUID id) {
    ensure(38);
    bytes[size++] = '"';
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();
    hex(high >>> 32, 8);
    bytes[size++] = '-';
    hex(high >>> 16, 4);
    bytes[size++] = '-';
    hex(high, 4);
    bytes[size++] = '-';
    hex(low >>> 48, 4);
    bytes[size++] = '-';
    hex(low, 12);
    bytes[size++] = '"';
  }

  private void hex(long value, int digits) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      bytes[size++] = HEX[(int) (value >>> shift) & 0xF];
    }
  }

  /** A time as {@link Timestamps#format} writes it, with quotes. */
  void time(long micros) {
    long day = Math.floorDiv(micros, DAY_MICROS);
    if (day != dateDay) {
      date = LocalDate.ofEpochDay(day).toString().getBytes(StandardCharsets.US_ASCII);
      dateDay = day;
    }
    long ofDay = micros - day * DAY_MICROS;
    int second = (int) (ofDay / 1_000_000);
    int fraction = (int) (ofDay % 1_000_000);
    ensure(date.length + 20);
    bytes[size++] = '"';
    System.arraycopy(date, 0, bytes, size, date.length);
    size += date.length;
    bytes[size++] = 'T';
    digits(second / 3600, 2);
    bytes[size++] = ':';
    digits(second / 60 % 60, 2);
    bytes[size++] = ':';
    digits(second % 60, 2);
    if (fraction != 0) {
      bytes[size++] = '.';
      boolean millis = fraction % 1000 == 0;
      digits(millis ? fraction / 1000 : fraction, millis ? 3 : 6);
    }
    bytes[size++] = 'Z';
    bytes[size++] = '"';
  }

  private void digits(int value, int count) {
    int rest = value;
    for (int i = size + count - 1; i >= size; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += count;
  }

  /** All that was written since the last time. */
  Buffer take() {
    Buffer taken = Buffer.buffer(size).appendBytes(bytes, 0, size);
    size = 0;
    if (bytes.length > MAX_KEPT) {
      bytes = new byte[FIRST_CAPACITY];
    }
    return taken;
  }
}
