package io.logagg.listen;

/** Is told of datagrams that did not become a record. */
interface DatagramMeters {
  /** So many of them, of a message of which others did not come in time. */
  void incomplete(int datagrams);
}
