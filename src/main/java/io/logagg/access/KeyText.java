package io.logagg.access;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a key looks: {@code logagg_<id>_<secret>}, 16 and 64 hexadecimal digits. The id is public and
 * finds the key; scanners for leaked secrets find the whole by its shape.
 */
public final class KeyText {
  private static final Pattern SHAPE = Pattern.compile("logagg_([0-9a-f]{16})_[0-9a-f]{64}");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
  private static final int ID_BYTES = 8;
  private static final int SECRET_BYTES = 32;

  private KeyText() {}

  /** Whether a text may be the id of a key. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** A new id. */
  static String newId(RandomGenerator random) {
    return hex(random, ID_BYTES);
  }

  /** A new key with that id. */
  static String newKey(String id, RandomGenerator random) {
    return "logagg_" + id + "_" + hex(random, SECRET_BYTES);
  }

  /** The id within a key; empty if it has not the shape of one. */
  public static Optional<String> id(String key) {
    Matcher matcher = SHAPE.matcher(key);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String hex(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
