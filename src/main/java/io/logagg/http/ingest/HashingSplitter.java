package io.logagg.http.ingest;

import io.logagg.persistence.RequestLedger.BodyRead;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.logagg.record.Defaults;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the SHA-256 of a body on its way to another splitter, and tells whether it is the body that
 * was read before. Nothing goes on before the first bytes were compared; if the difference comes
 * later, what went on before it has the same records at the same places.
 */
final class HashingSplitter implements BodySplitter {
  /** So much is compared before anything goes on. */
  static final int HEAD_BYTES = 64 << 10;

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
        public boolean end() {
          return true;
        }
      };

  private final BodySplitter target;
  private final @Nullable BodyRead before;
  private final MessageDigest digest;
  private @Nullable Buffer held;
  private @Nullable Buffer headHash;
  private long bytes;
  private boolean ended;
  private boolean differs;
  private boolean matched;

  /**
   * For one body.
   *
   * @param defaults count as a part of it
   * @param before what it must begin with, or be, if that was read to its end; null for anything
   */
  HashingSplitter(BodySplitter target, Defaults defaults, @Nullable BodyRead before) {
    this(target, defaults, false, before);
  }

  /**
   * The same.
   *
   * @param isHeldWhole counts as a part of it too: the records of such a body have other keys
   */
  HashingSplitter(
      BodySplitter target, Defaults defaults, boolean isHeldWhole, @Nullable BodyRead before) {
    this.target = target;
    this.before = before;
    this.held = before == null || target == NOWHERE ? null : Buffer.buffer();
    this.matched = before == null;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    for (String part : defaults.parts()) {
      byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
      digest.update(Buffer.buffer().appendInt(utf8.length).appendBytes(utf8).getBytes());
    }
    if (isHeldWhole) {
      digest.update((byte) 1);
    }
  }

  @Override
  public void feed(byte[] fed, int from, int to) throws FramingException {
    int at = from;
    while (at < to) {
      int count = (int) Math.min(to - at, nextLook() - bytes);
      digest.update(fed, at, count);
      bytes += count;
      look();
      Buffer waits = held;
      if (waits == null) {
        target.feed(fed, at, at + count);
      } else {
        waits.appendBytes(fed, at, count);
        goOn(waits);
      }
      at += count;
    }
  }

  /** After how many bytes of the body there is something to look at. */
  private long nextLook() throws FramingException {
    if (before != null && bytes == before.bytes() && before.whole()) {
      throw differ();
    }
    if (before != null && bytes < before.bytes()) {
      return Math.min(before.bytes(), bytes < HEAD_BYTES ? HEAD_BYTES : Long.MAX_VALUE);
    }
    return bytes < HEAD_BYTES ? HEAD_BYTES : Long.MAX_VALUE;
  }

  private void look() throws FramingException {
    if (bytes == HEAD_BYTES) {
      headHash = hash();
    }
    if (before == null || bytes > before.bytes()) {
      return;
    }
    if (bytes == HEAD_BYTES && !hash().equals(before.headHash())) {
      throw differ();
    }
    if (bytes == before.bytes()) {
      if (!hash().equals(before.hash())) {
        throw differ();
      }
      matched = true;
    }
  }

  /** Lets go what was held back, once that much is the same. */
  private void goOn(Buffer waits) throws FramingException {
    boolean headIsSame = headHash != null && bytes >= HEAD_BYTES;
    boolean allIsSame = matched && (ended || (before != null && !before.whole()));
    if (headIsSame || allIsSame) {
      held = null;
      target.feed(waits.getBytes(), 0, waits.length());
    }
  }

  @Override
  public int heldBytes() {
    Buffer waits = held;
    return target.heldBytes() + (waits == null ? 0 : waits.length());
  }

  @Override
  public boolean end() throws FramingException {
    ended = true;
    look();
    if (!matched) {
      throw differ();
    }
    Buffer waits = held;
    if (waits != null) {
      goOn(waits);
    }
    return target.end();
  }

  private FramingException differ() {
    differs = true;
    return new FramingException("not the body that was sent before");
  }

  /** Whether it is another body. */
  boolean differs() {
    return differs;
  }

  /** Whether it is the same as far as there is something to compare it with. */
  boolean matches() {
    return matched && !differs;
  }

  /** Whether it came to its end. */
  boolean isWhole() {
    return ended;
  }

  /** What was fed so far. */
  BodyRead read() {
    Buffer hash = hash();
    Buffer head = headHash;
    return new BodyRead(bytes, hash, head == null ? hash : head, ended);
  }

  private Buffer hash() {
    try {
      return Buffer.buffer(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of every JDK can be copied", e);
    }
  }
}
