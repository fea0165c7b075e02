package io.logagg.cli.upload;

import io.logagg.record.DedupeKeys;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of a file's content, as far as it was read. Not thread-safe. */
final class ContentHash {
  private final MessageDigest digest = sha256();

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void add(byte[] bytes, int from, int to) {
    digest.update(bytes, from, to - from);
  }

  /** Of all that was added until now. */
  String soFar() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of every JDK can be copied", e);
    }
  }

  /** Of texts that cannot run into one another. */
  static String of(String... parts) {
    MessageDigest digest = sha256();
    DedupeKeys.update(digest, parts);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of bytes. */
  static String of(byte[] bytes, int size) {
    MessageDigest digest = sha256();
    digest.update(bytes, 0, size);
    return HexFormat.of().formatHex(digest.digest());
  }
}
