package io.logagg.query;

/** The interval is too short for the range. */
public final class TooManyBucketsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * It would take about that many.
   *
   * @param max how many there may be
   */
  TooManyBucketsException(long buckets, int max) {
    super(
        "would make about "
            + buckets
            + " buckets, at most "
            + max
            + " are given: take a longer one, or a shorter range");
  }
}
