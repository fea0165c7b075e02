package io.logagg.protocol;

/**
 * Goes through a body step by step, by a field or an element each, and makes records of what it
 * finds, which share something. Not thread-safe.
 */
public interface StepParser extends WholeBody.Parser {
  /** Where its records are written. */
  RecordJson out();

  /**
   * Goes on by one step; false at the end.
   *
   * @throws FramingException if the body is broken from here on
   */
  boolean step(SliceSink sink) throws FramingException;

  /** Where in the body it stands. */
  int position();

  @Override
  default boolean next(SliceSink sink) throws FramingException {
    PartBound part = new PartBound(out());
    part.begin(position());
    for (int i = 0; i < WholeBody.MAX_RECORDS; i++) {
      if (!step(sink)) {
        return true;
      }
      if (part.isReached(position())) {
        return false;
      }
    }
    return false;
  }

  @Override
  default boolean isTimed() throws FramingException {
    FirstRecord first = new FirstRecord();
    PartBound part = new PartBound(out());
    part.begin(position());
    for (int i = 0; i < WholeBody.MAX_RECORDS; i++) {
      if (!step(first) || first.isThere || part.isReached(position())) {
        break;
      }
    }
    return out().isTimed();
  }

  /** Waits for one. */
  final class FirstRecord implements SliceSink {
    private boolean isThere;

    @Override
    public void slice(long line, byte[] bytes, int from, int to) {
      isThere = true;
    }

    @Override
    public void oversize(long line, byte[] prefix, int from, int to, long length) {
      isThere = true;
    }
  }
}
