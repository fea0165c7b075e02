package io.logagg.protocol;

/** Takes the single records that a body was split into, in order. */
public interface SliceSink {
  /**
   * One record's bytes, {@code [from, to)} of an array that is only the caller's during the call.
   *
   * @param line where it stands, for people: the line or the element, counted from 1
   */
  void slice(long line, byte[] bytes, int from, int to);

  /** A record longer than allowed: its first bytes, and how long it was. */
  void oversize(long line, byte[] prefix, int from, int to, long length);

  /** How many bytes had the records that it made of the slices until now, if it makes any. */
  default long written() {
    return 0;
  }
}
