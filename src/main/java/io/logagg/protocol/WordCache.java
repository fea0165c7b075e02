package io.logagg.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Gives one string for equal short ASCII texts, as a rule: it spares the copy, and the same string
 * has its hash at hand wherever it is looked up. Bounded; what does not fit displaces another. Safe
 * for use by many threads: strings are immutable, and a slot that another thread has overwritten is
 * only a miss.
 */
final class WordCache {
  private static final int MAX_CHARS = 32;
  private static final int SLOTS = 1024;

  private final String[] slots = new String[SLOTS];

  String get(byte[] bytes, int from, int to) {
    if (to - from > MAX_CHARS) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    int slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
    String known = slots[slot];
    if (known != null && equal(known, bytes, from, to)) {
      return known;
    }
    String word = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    slots[slot] = word;
    return word;
  }

  private static boolean equal(String word, byte[] bytes, int from, int to) {
    if (word.length() != to - from) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
