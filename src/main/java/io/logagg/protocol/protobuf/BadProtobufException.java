package io.logagg.protocol.protobuf;

/** Bytes that are no message, or not the one that is expected; the message says where. */
public final class BadProtobufException extends Exception {
  private static final long serialVersionUID = 1L;

  BadProtobufException(String message) {
    super("not valid protobuf: " + message, null, false, false);
  }
}
