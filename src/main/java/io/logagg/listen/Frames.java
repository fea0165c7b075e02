package io.logagg.listen;

import io.logagg.protocol.FramingException;

/** Makes records of the bytes of one connection. Not thread-safe. */
interface Frames {
  void feed(byte[] bytes, int from, int to) throws FramingException;

  /** Hands on what nothing will be added to any more; is called now and then. */
  void expire();

  /** Hands on all that is whole. */
  void flush();

  /**
   * The connection has ended: hands on what is left.
   *
   * @throws FramingException if that is no record; it is {@link #unfinished}
   */
  void end() throws FramingException;

  /** How much is held. */
  int heldBytes();

  /** What is held of a record whose end has not arrived. */
  byte[] unfinished();
}
