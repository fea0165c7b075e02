package io.logagg.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Makes the keys by which repeats are recognised: the first 128 bits of a SHA-256. Thread-safe. */
public final class DedupeKeys {
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(DedupeKeys::sha256);

  private static final long DAY_BITS = 0xFFF0_0000_0000_0000L;
  private static final long DAY = 0xDA10_0000_0000_0000L;

  private DedupeKeys() {}

  /** A digest for a key of what comes in pieces, see {@link #update} and {@link #first128Bits}. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Of a record that carries its producer's id. */
  public static UUID ofSourceId(String app, String sourceId) {
    return hash("id", app, sourceId);
  }

  /**
   * Of the record at {@code ordinal} of a request with an Idempotency-Key, sent by {@code caller}.
   * What it is made of counts too, its bytes and the defaults: another record is never taken for
   * it.
   */
  public static UUID ofRequest(
      String caller,
      String idempotencyKey,
      Defaults defaults,
      long ordinal,
      byte[] bytes,
      int from,
      int to) {
    MessageDigest digest = SHA_256.get();
    update(digest, "request", caller, idempotencyKey, Long.toString(ordinal));
    update(digest, defaults.parts());
    digest.update(bytes, from, to - from);
    return first128Bits(digest);
  }

  /** Of a whole request with an Idempotency-Key, sent by {@code caller}. */
  public static UUID ofRequest(String caller, String idempotencyKey) {
    return hash("whole request", caller, idempotencyKey);
  }

  /** Of the record at {@code ordinal} of a batch, where it is stored by itself. */
  public static UUID ofPart(UUID batchKey, int ordinal) {
    return hash("part", batchKey.toString(), Integer.toString(ordinal));
  }

  /**
   * Of the records from {@code ordinal} on of a request with an Idempotency-Key, of which these are
   * always one batch. It tells by itself that it is to be known for a day, see {@link #isForADay}.
   */
  public static UUID ofPartForADay(UUID requestKey, int ordinal) {
    UUID part = ofPart(requestKey, ordinal);
    return new UUID(
        (part.getMostSignificantBits() & ~DAY_BITS) | DAY, part.getLeastSignificantBits());
  }

  /** Whether it is such a key; one of 4096 others is taken for one, which costs a row for a day. */
  public static boolean isForADay(UUID key) {
    return (key.getMostSignificantBits() & DAY_BITS) == DAY;
  }

  /** A hash that differs when any part does; parts cannot run into one another. */
  static UUID hash(String... parts) {
    MessageDigest digest = SHA_256.get();
    update(digest, parts);
    return first128Bits(digest);
  }

  /** Adds texts that cannot run into one another. */
  public static void update(MessageDigest digest, String... parts) {
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      digest.update(bytes);
    }
  }

  /** The key of all that was added. */
  public static UUID first128Bits(MessageDigest digest) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new UUID(hash.getLong(), hash.getLong());
  }
}
