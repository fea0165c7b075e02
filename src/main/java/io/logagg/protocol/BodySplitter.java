package io.logagg.protocol;

/**
 * Cuts a body that arrives in chunks into single records, holding at most one of them. Not
 * thread-safe.
 */
public interface BodySplitter {
  /**
   * The next bytes of the body.
   *
   * @throws FramingException if the body cannot be cut any further; what went before has been
   *     handed on
   */
  void feed(byte[] bytes, int from, int to) throws FramingException;

  /** How many bytes are held of a record whose end has not arrived. */
  int heldBytes();

  /**
   * Whether what it holds tells when it was made, so that the same bytes again are the same events
   * again. Is asked once the body is there as a whole.
   */
  default boolean isTimed() {
    return true;
  }

  /**
   * The body has ended: hands on what is left of it, or the next of that. Is called until that was
   * all.
   *
   * @return whether that was all
   * @throws FramingException if it ended too early
   */
  boolean end() throws FramingException;
}
