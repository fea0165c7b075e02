package io.logagg.query;

import io.logagg.record.Timestamps;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Up to where someone has followed. Its text is opaque to the outside and safe in URLs and headers.
 *
 * @param from all before it was seen
 * @param within what was seen behind that; null for nothing
 */
public record TailPosition(TailMark from, @Nullable Within within) {
  /** The longest text of a position. */
  public static final int MAX_CHARS = 4096;

  private static final byte PLAIN = 1;
  private static final byte WITHIN = 2;
  private static final int MAX_VARINT_BYTES = 9;

  /**
   * A place among the rows between two marks, which are read in the order of their keys.
   *
   * @param to the mark that ends the group
   * @param timestampMicros of the last row that was seen, and {@code seq} of it
   */
  record Within(TailMark to, long timestampMicros, long seq) {
    /** Before the first row. */
    static Within beginning(TailMark to) {
      return new Within(to, Timestamps.MIN_MICROS, -1);
    }

    Within {
      if (seq < -1
          || timestampMicros < Timestamps.MIN_MICROS
          || timestampMicros > Timestamps.MAX_MICROS) {
        throw new IllegalArgumentException("time=" + timestampMicros + ", seq=" + seq);
      }
    }
  }

  static TailPosition at(TailMark mark) {
    return new TailPosition(mark, null);
  }

  /** The opaque form; {@link #parse} reads it. */
  public String text() {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_CHARS);
    Within place = within;
    bytes.put(place == null ? PLAIN : WITHIN);
    put(bytes, from);
    if (place != null) {
      put(bytes, place.to());
      bytes.putLong(place.timestampMicros()).putLong(place.seq());
    }
    bytes.flip();
    byte[] used = new byte[bytes.remaining()];
    bytes.get(used);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(used);
  }

  private static void put(ByteBuffer bytes, TailMark mark) {
    putNumber(bytes, mark.end());
    putNumber(bytes, mark.anchor());
    bytes.putLong(mark.anchorMicros());
    putNumber(bytes, mark.running().size());
    long before = 0;
    for (long number : mark.running()) {
      putNumber(bytes, number - before);
      before = number;
    }
  }

  private static void putNumber(ByteBuffer bytes, long number) {
    long rest = number;
    while (rest > 0x7F) {
      bytes.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
  }

  /** Reads {@link #text}; empty for anything that no position is written as. */
  public static Optional<TailPosition> parse(String text) {
    if (text.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      byte kind = bytes.get();
      if (kind != PLAIN && kind != WITHIN) {
        return Optional.empty();
      }
      TailMark from = mark(bytes);
      TailPosition read =
          kind == PLAIN
              ? at(from)
              : new TailPosition(from, new Within(mark(bytes), bytes.getLong(), bytes.getLong()));
      // There is one way to write it; this also finds what is too long.
      return read.text().equals(text) ? Optional.of(read) : Optional.empty();
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static TailMark mark(ByteBuffer bytes) {
    long end = number(bytes);
    long anchor = number(bytes);
    long anchorMicros = bytes.getLong();
    if (anchorMicros < Timestamps.MIN_MICROS || anchorMicros > Timestamps.MAX_MICROS) {
      throw new IllegalArgumentException("time=" + anchorMicros);
    }
    long count = number(bytes);
    if (count > TailMark.MAX_RUNNING) {
      throw new IllegalArgumentException("running=" + count);
    }
    List<Long> running = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < count; i++) {
      before += number(bytes);
      running.add(before);
    }
    return new TailMark(end, running, anchor, anchorMicros);
  }

  private static long number(ByteBuffer bytes) {
    long number = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      byte next = bytes.get();
      number |= (long) (next & 0x7F) << (7 * i);
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }
}
