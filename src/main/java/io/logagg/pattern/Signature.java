package io.logagg.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are the same once masked.
 *
 * @param <T> what its user keeps of them
 */
final class Signature<T> {
  /** Longer ids are no words, even if there is only one. */
  private static final int MAX_CONSTANT_CHARS = 40;

  private final char[] text;
  private final int hash;
  private final Slot[] kinds;
  private final @Nullable String[] constants;
  private final T tally;
  private long count;

  /**
   * Of no message so far.
   *
   * @param constants of each known slot, the id that all messages have there; null if they differ
   */
  Signature(char[] text, int hash, Slot[] kinds, @Nullable String[] constants, T tally) {
    this.constants = constants;
    this.text = text;
    this.hash = hash;
    this.kinds = kinds;
    this.tally = tally;
  }

  static <T> Signature<T> of(MaskedText masked, int hash, T tally) {
    Slot[] kinds = new Slot[masked.kindCount()];
    @Nullable String[] constants = new @Nullable String[kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = masked.kind(i);
      boolean isId = kinds[i] == Slot.ID || kinds[i] == Slot.NAME;
      constants[i] = isId ? masked.original(i, MAX_CONSTANT_CHARS) : null;
    }
    return new Signature<>(masked.copy(), hash, kinds, constants, tally);
  }

  boolean isOf(MaskedText masked, int maskedHash) {
    return hash == maskedHash
        && Arrays.equals(text, 0, text.length, masked.chars(), 0, masked.length());
  }

  /** Counts one more message with this text, whose variable parts may be of other kinds. */
  void count(MaskedText masked) {
    count++;
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = Slot.common(kinds[i], masked.kind(i));
      String constant = constants[i];
      if (constant != null && !masked.isOriginal(i, constant)) {
        constants[i] = null;
      }
    }
  }

  /** Counts messages that were put to it for other reasons. */
  void add(long messages) {
    count += messages;
  }

  long count() {
    return count;
  }

  int hash() {
    return hash;
  }

  int chars() {
    return text.length;
  }

  T tally() {
    return tally;
  }

  /** What the slot is; beyond the known ones, anything. */
  Slot kind(int slot) {
    return slot < kinds.length ? kinds[slot] : Slot.ANY;
  }

  /** The id that all messages have there; null if they differ, or it is something else. */
  @Nullable String constant(int slot) {
    return slot < constants.length ? constants[slot] : null;
  }

  String text() {
    return new String(text);
  }

  /** The words, with their slots. */
  List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || text[i] == ' ') {
        tokens.add(new String(text, from, i - from));
        from = i + 1;
      }
    }
    return tokens;
  }
}
