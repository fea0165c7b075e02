package io.logagg.listen;

/** Makes records of datagrams. Not thread-safe. */
interface Datagrams {
  void take(String peer, byte[] bytes);

  /** Hands on, or gives up, what nothing will be added to any more; is called now and then. */
  void expire();

  /** How much is held that has no bound of its own. */
  int heldBytes();

  /** Hands on all that is whole. */
  void flush();
}
