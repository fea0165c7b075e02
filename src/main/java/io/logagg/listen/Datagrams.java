package io.logagg.listen;

/** Makes records of datagrams. Not thread-safe. */
interface Datagrams {
  void take(String peer, byte[] bytes);

  /** Hands on, or gives up, what nothing will be added to any more; is called now and then. */
  void expire();

  /** Hands on all that is whole. */
  void flush();
}
