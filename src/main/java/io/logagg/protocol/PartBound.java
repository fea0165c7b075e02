package io.logagg.protocol;

import java.util.function.LongSupplier;

/**
 * Tells where the parts of a body end: after {@link WholeBody#PART_BYTES} read and written. Records
 * may share something, such as labels, which is written into each of them, and a small body could
 * make any amount of them: beyond a limit, it is refused. Not thread-safe.
 */
public final class PartBound {
  /** Of all records of a body, as they are handed on. */
  private static final long MAX_WRITTEN_BYTES = 1L << 30;

  private final LongSupplier out;
  private final long maxWrittenBytes;
  private long begin;

  /** For one body, whose records are written there. */
  public PartBound(RecordJson out) {
    this(out::written, MAX_WRITTEN_BYTES);
  }

  /** For one body, of which the sink makes records. */
  public PartBound(SliceSink sink) {
    this(sink::written, MAX_WRITTEN_BYTES);
  }

  PartBound(LongSupplier out, long maxWrittenBytes) {
    this.out = out;
    this.maxWrittenBytes = maxWrittenBytes;
  }

  /** A part begins there in the body. */
  public void begin(int position) {
    begin = position + out.getAsLong();
  }

  /**
   * Whether it ends here.
   *
   * @throws FramingException if the body's records are too large altogether
   */
  public boolean isReached(int position) throws FramingException {
    if (out.getAsLong() > maxWrittenBytes) {
      throw new FramingException(
          "with what they share, its records have more than %d bytes".formatted(maxWrittenBytes));
    }
    return position + out.getAsLong() - begin >= WholeBody.PART_BYTES;
  }
}
