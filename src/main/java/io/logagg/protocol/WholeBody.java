package io.logagg.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds a body until it is whole, for protocols whose records cannot be cut off one by one, or
 * whose bodies may be repeats. Whoever feeds it sees to it that it is not too long. Not
 * thread-safe.
 */
public final class WholeBody implements BodySplitter {
  /** Takes such a body apart, a part of its records at a time. */
  public interface Parser {
    /**
     * Hands on the next records, {@link #MAX_RECORDS} at most; the same ones for the same body.
     *
     * @return whether these were the last
     * @throws FramingException if the body is broken from here on
     */
    boolean next(SliceSink sink) throws FramingException;

    /**
     * Whether the first record tells when it was made, see {@link BodySplitter#isTimed}. Is asked
     * of a parser whose records are not wanted.
     *
     * @throws FramingException if the body is broken before that
     */
    default boolean isTimed() throws FramingException {
      return true;
    }
  }

  /** How many records are handed on at a time. */
  public static final int MAX_RECORDS = 500;

  /** After so much of the body, the records handed on make a part, however few they are. */
  public static final int PART_BYTES = 512 << 10;

  /** Makes one. */
  public interface Opening {
    /**
     * For the bytes {@code [0, size)}, which do not change any more.
     *
     * @throws FramingException if they are not such a body
     */
    Parser open(byte[] bytes, int size) throws FramingException;

    /** Whether they tell when they were made, see {@link BodySplitter#isTimed}. */
    default boolean isTimed(byte[] bytes, int size) {
      try {
        return open(bytes, size).isTimed();
      } catch (FramingException e) {
        return false;
      }
    }
  }

  private final SliceSink sink;
  private final Opening opening;
  private byte[] bytes = new byte[0];
  private int size;
  private @Nullable Parser parser;

  /** For one body. */
  public WholeBody(SliceSink sink, Opening opening) {
    this.sink = sink;
    this.opening = opening;
  }

  @Override
  public void feed(byte[] fed, int from, int to) {
    int count = to - from;
    if (size + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + count, bytes.length * 2));
    }
    System.arraycopy(fed, from, bytes, size, count);
    size += count;
  }

  @Override
  public int heldBytes() {
    return size;
  }

  @Override
  public boolean isTimed() {
    return opening.isTimed(bytes, size);
  }

  @Override
  public boolean end() throws FramingException {
    Parser open = parser;
    if (open == null) {
      open = opening.open(bytes, size);
      parser = open;
    }
    return open.next(sink);
  }
}
