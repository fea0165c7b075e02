package io.logagg.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a key: all that is kept of it. A key has 256 random bits, so nothing slower is
 * needed against guessing. Compares in a time that tells nothing about where two differ.
 */
public final class SecretHash {
  private final byte[] bytes;

  private SecretHash(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Of a key as it is presented. */
  public static SecretHash of(String key) {
    try {
      return new SecretHash(
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** As it was stored. */
  static SecretHash stored(byte[] bytes) {
    return new SecretHash(bytes.clone());
  }

  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretHash hash && MessageDigest.isEqual(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return ((bytes[0] & 0xFF) << 24)
        | ((bytes[1] & 0xFF) << 16)
        | ((bytes[2] & 0xFF) << 8)
        | (bytes[3] & 0xFF);
  }

  @Override
  public String toString() {
    return "SecretHash[***]";
  }
}
