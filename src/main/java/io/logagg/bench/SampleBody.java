package io.logagg.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A request body that is made once and sent often: before each sending only what must differ is
 * written over its predecessor, in place: times, ids, and now and then a rare word. Its memory is
 * outside the heap, from where the kernel takes it without another copy. Not thread-safe.
 */
final class SampleBody {
  /** Stands in no other message. */
  static final String RARE_WORD = "quixotry";

  private static final byte[] RARE = RARE_WORD.getBytes(StandardCharsets.US_ASCII);
  private static final long MICROS_PER_MINUTE = 60_000_000L;

  /** The two hexadecimal digits of each byte, as they lie in memory. */
  private static final short[] HEX = hexDigits();

  private final ByteBuffer bytes;
  private final RecordLayout layout;
  private final int records;
  private final byte[] replaced = new byte[RARE.length];
  private int rareAt = -1;
  private long minute = Long.MIN_VALUE;
  private byte[] minuteText = new byte[0];

  SampleBody(byte[] text, RecordLayout layout) {
    this.bytes = ByteBuffer.allocateDirect(text.length).put(text).flip();
    this.layout = layout;
    this.records = text.length / layout.recordBytes();
  }

  /** All of it, to be sent; shares the memory. */
  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /**
   * Makes the records those of these numbers and times.
   *
   * @param firstNumber of the first record, counted on by one; all ids follow from the number
   * @param firstMicros time of the first record since the epoch
   * @param stepNanos from one record to the next
   * @param rareEvery of so many records one has the rare word; 0 for none
   */
  void prepare(long firstNumber, long firstMicros, long stepNanos, long rareEvery) {
    takeBackRareWord();
    for (int i = 0; i < records; i++) {
      int start = i * layout.recordBytes();
      long number = firstNumber + i;
      putTime(start + layout.time(), firstMicros + i * stepNanos / 1000);
      putHex(start + layout.traceId(), mix(number));
      putHex(start + layout.traceId() + 16, mix(~number));
      putHex(start + layout.requestId(), mix(number ^ 0x5DEECE66DL << 20));
      if (layout.hasProducerId()) {
        putHex(start + layout.producerId(), number);
      }
    }
    if (rareEvery > 0) {
      putRareWord(firstNumber, rareEvery);
    }
  }

  /** In the middle of each stretch, so that a short run has one too. */
  private void putRareWord(long firstNumber, long rareEvery) {
    long offset = Math.floorMod(rareEvery / 2 - firstNumber, rareEvery);
    if (offset < records) {
      rareAt = (int) offset * layout.recordBytes() + layout.messageEnd() - RARE.length;
      bytes.get(rareAt, replaced);
      bytes.put(rareAt, RARE);
    }
  }

  private void takeBackRareWord() {
    if (rareAt >= 0) {
      bytes.put(rareAt, replaced);
      rareAt = -1;
    }
  }

  private void putTime(int at, long micros) {
    long itsMinute = Math.floorDiv(micros, MICROS_PER_MINUTE);
    if (itsMinute != minute) {
      minute = itsMinute;
      String text = Instant.ofEpochSecond(minute * 60).toString();
      minuteText = text.substring(0, 17).getBytes(StandardCharsets.US_ASCII);
    }
    bytes.put(at, minuteText);
    int rest = (int) (micros - itsMinute * MICROS_PER_MINUTE);
    for (int i = at + 25; i >= at + 17; i--) {
      if (i != at + 19) { // The point.
        bytes.put(i, (byte) ('0' + rest % 10));
        rest /= 10;
      }
    }
  }

  private void putHex(int at, long value) {
    for (int i = 0; i < 8; i++) {
      bytes.putShort(at + 2 * i, HEX[(int) (value >>> (56 - 8 * i)) & 0xFF]);
    }
  }

  /** The trace id of the record with this number. */
  static String traceId(long number) {
    return "%016x%016x".formatted(mix(number), mix(~number));
  }

  /** SplitMix64's finisher: no two numbers share a result, and none shows its number. */
  private static long mix(long number) {
    long z = number + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static short[] hexDigits() {
    byte[] digits = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    short[] table = new short[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = (short) (digits[i >> 4] << 8 | digits[i & 15]);
    }
    return table;
  }
}
