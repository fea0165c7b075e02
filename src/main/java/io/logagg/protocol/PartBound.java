package io.logagg.protocol;

/**
 * Tells where the parts of a body end whose records share something, such as labels, which is
 * written into each of them: after {@link WholeBody#PART_BYTES} read and written, and not at all
 * beyond a limit, for a small body could make any amount of them. Not thread-safe.
 */
public final class PartBound {
  /** Of all records of a body, as they are handed on. */
  private static final long MAX_WRITTEN_BYTES = 1L << 30;

  private final RecordJson out;
  private final long maxWrittenBytes;
  private long begin;

  /** For one body, whose records are written there. */
  public PartBound(RecordJson out) {
    this(out, MAX_WRITTEN_BYTES);
  }

  PartBound(RecordJson out, long maxWrittenBytes) {
    this.out = out;
    this.maxWrittenBytes = maxWrittenBytes;
  }

  /** A part begins there in the body. */
  public void begin(int position) {
    begin = position + out.written();
  }

  /**
   * Whether it ends here.
   *
   * @throws FramingException if the body's records are too large altogether
   */
  public boolean isReached(int position) throws FramingException {
    if (out.written() > maxWrittenBytes) {
      throw new FramingException(
          "with what they share, its records have more than %d bytes".formatted(maxWrittenBytes));
    }
    return position + out.written() - begin >= WholeBody.PART_BYTES;
  }
}
