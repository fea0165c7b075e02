package io.logagg.http.ingest;

import io.logagg.protocol.Decoded;

/** Is told which records of a request are bad, for protocols that answer record by record. */
public interface RejectionWatch {
  RejectionWatch NONE = (index, refused) -> {};

  /**
   * One is bad.
   *
   * @param index of the record in its request, from 0
   */
  void rejected(long index, Decoded.Refused refused);

  /**
   * One more is bad than may be: it is neither taken nor kept.
   *
   * @return whether its sender is told of this one, and the request goes on; else it breaks off
   */
  default boolean droppedBad(long index) {
    return false;
  }
}
