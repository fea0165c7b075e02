package io.logagg.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands objects over as they are. Only for immutable ones, and only within a process. */
final class IdentityCodec implements MessageCodec<Object, Object> {
  static final String NAME = "logagg-identity";

  @Override
  public void encodeToWire(Buffer buffer, Object value) {
    throw new UnsupportedOperationException(
        "messages stay within the process: " + value.getClass());
  }

  @Override
  public Object decodeFromWire(int pos, Buffer buffer) {
    throw new UnsupportedOperationException("messages stay within the process");
  }

  @Override
  public Object transform(Object value) {
    return value;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
