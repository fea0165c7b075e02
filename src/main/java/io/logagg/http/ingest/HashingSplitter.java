package io.logagg.http.ingest;

import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Takes the SHA-256 of a body on its way to another splitter. */
final class HashingSplitter implements BodySplitter {
  /** Lets a body pass without looking at it. */
  static final BodySplitter NOWHERE =
      new BodySplitter() {
        @Override
        public void feed(byte[] bytes, int from, int to) {}

        @Override
        public int heldBytes() {
          return 0;
        }

        @Override
        public void end() {}
      };

  private final BodySplitter target;
  private final MessageDigest digest;

  HashingSplitter(BodySplitter target) {
    this.target = target;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void feed(byte[] bytes, int from, int to) throws FramingException {
    digest.update(bytes, from, to - from);
    target.feed(bytes, from, to);
  }

  @Override
  public int heldBytes() {
    return target.heldBytes();
  }

  @Override
  public void end() throws FramingException {
    target.end();
  }

  /** Of all that was fed; to be asked for once. */
  Buffer hash() {
    return Buffer.buffer(digest.digest());
  }
}
