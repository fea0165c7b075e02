package io.logagg.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message being masked: its words, with a blank between them, and a {@link Slot#MARK} for each
 * variable part. Used for one message after the other; not thread-safe.
 */
final class MaskedText {
  /** Further slots of a message are known as {@link Slot#ANY}. */
  static final int MAX_KINDS = 64;

  /** Longest list items, in tokens, that are looked for. */
  private static final int MAX_PERIOD = 4;

  private static final int RING = 15;

  private char[] chars = new char[256];
  private int length;
  private final Slot[] kinds = new Slot[MAX_KINDS];
  private final int[] starts = new int[MAX_KINDS];
  private final int[] ends = new int[MAX_KINDS];
  private int slots;
  private char[] source = new char[0];

  /** Where the last tokens begin, as a ring; no longer repeats are looked for. */
  private final int[] tokenStarts = new int[RING + 1];

  private int tokens;

  /** Begins with the next message, the characters of which are these. */
  void begin(char[] message) {
    length = 0;
    slots = 0;
    tokens = 0;
    source = message;
  }

  /** Begins a token, with a blank before it unless it is the first. */
  void beginToken() {
    if (length > 0) {
      add(' ');
    }
    tokenStarts[tokens++ & RING] = length;
  }

  /**
   * Ends a token. If it is a variable part and follows another, it belongs to that one; if the last
   * tokens say the same as those before them, variable parts included, they are taken out again:
   * how much is listed makes no other template.
   */
  void endToken() {
    if (joinToken()) {
      return;
    }
    // A single slot was no part of the list before it.
    int least = isOneSlot(start(1)) ? 2 : 1;
    for (int period = least; period <= MAX_PERIOD && period * 2 <= tokens; period++) {
      int from = start(period);
      int before = start(period * 2);
      int size = length - from;
      if (from - 1 - before == size
          && Arrays.equals(chars, before, from - 1, chars, from, length)) {
        int inIt = 0;
        for (int i = from; i < length; i++) {
          inIt += chars[i] == Slot.MARK ? 1 : 0;
        }
        if (inIt > 0 && chars[length - 1] != ':') {
          dropSlots(inIt);
          length = from - 1;
          tokens -= period;
          return;
        }
      }
    }
  }

  private boolean joinToken() {
    int from = start(1);
    int before = endOfSlotBefore(from);
    if (before == 0 || !isOneSlot(from)) {
      return false;
    }
    if (slots <= MAX_KINDS && !Slot.areOneList(kinds[slots - 2], kinds[slots - 1])) {
      return false;
    }
    dropSlots(1);
    int marks = length - from - 1;
    System.arraycopy(chars, from + 1, chars, before, marks);
    length = before + marks;
    tokens--;
    return true;
  }

  private boolean isOneSlot(int from) {
    if (from == length || chars[from] != Slot.MARK) {
      return false;
    }
    for (int i = from + 1; i < length; i++) {
      if (!CharKind.is(chars[i], CharKind.CLOSER)) {
        return false;
      }
    }
    return true;
  }

  private int start(int tokensAgo) {
    return tokenStarts[(tokens - tokensAgo) & RING];
  }

  /** Takes out the last slots; the same number before them stand for them. */
  private void dropSlots(int count) {
    for (int slot = slots - count; slot < Math.min(slots, MAX_KINDS); slot++) {
      kinds[slot - count] = Slot.common(kinds[slot - count], kinds[slot]);
      ends[slot - count] = ends[slot];
    }
    slots -= count;
  }

  char[] chars() {
    return chars;
  }

  int length() {
    return length;
  }

  /** How many kinds are known. */
  int kindCount() {
    return Math.min(slots, MAX_KINDS);
  }

  Slot kind(int slot) {
    return kinds[slot];
  }

  /** What stands in the message where it has the slot; null if that is longer. */
  @Nullable String original(int slot, int maxChars) {
    int size = ends[slot] - starts[slot];
    return size > maxChars ? null : new String(source, starts[slot], size);
  }

  /** Whether that stands in the message where it has the slot. */
  boolean isOriginal(int slot, String text) {
    int start = starts[slot];
    if (text.length() != ends[slot] - start) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != source[start + i]) {
        return false;
      }
    }
    return true;
  }

  int hash() {
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = hash * 31 + chars[i];
    }
    return hash ^ (hash >>> 15);
  }

  void add(char c) {
    if (length == chars.length) {
      chars = Arrays.copyOf(chars, length * 2);
    }
    chars[length++] = c;
  }

  void add(char[] from, int start, int end) {
    int more = end - start;
    if (length + more > chars.length) {
      chars = Arrays.copyOf(chars, Math.max(length + more, chars.length * 2));
    }
    System.arraycopy(from, start, chars, length, more);
    length += more;
  }

  /**
   * Adds a variable part, which stands there in the message. One that follows another, with a comma
   * or a semicolon between them at most, belongs to it.
   */
  void addSlot(Slot kind, int start, int end) {
    int before = endOfSlotBefore(length);
    boolean isApart = length > 0 && chars[length - 1] == ' ';
    if (before > 0 && !isApart && (slots > MAX_KINDS || Slot.areOneList(kinds[slots - 1], kind))) {
      length = before;
      mergeLast(kind, end);
      return;
    }
    add(Slot.MARK);
    if (slots < MAX_KINDS) {
      kinds[slots] = kind;
      starts[slots] = start;
      ends[slots] = end;
    }
    slots++;
  }

  /** Adds what is not looked at, up to there in the message. */
  void addRest(int end) {
    if (endOfSlotBefore(length) > 0) {
      mergeLast(Slot.ANY, end);
    } else {
      beginToken();
      addSlot(Slot.ANY, end, end);
    }
  }

  /** Whether what comes next stands in a list of variable parts. */
  boolean isBehindSlot() {
    return endOfSlotBefore(length) > 0;
  }

  private void mergeLast(Slot kind, int end) {
    if (slots <= MAX_KINDS) {
      ends[slots - 1] = end;
      kinds[slots - 1] = Slot.common(kinds[slots - 1], kind);
    }
  }

  /** Where the variable part ends that stands close before there; 0 if there is none. */
  private int endOfSlotBefore(int from) {
    int at = from;
    if (at > 0 && chars[at - 1] == ' ') {
      at--;
    }
    if (at > 0 && (chars[at - 1] == ',' || chars[at - 1] == ';')) {
      at--;
    }
    return at > 0 && chars[at - 1] == Slot.MARK ? at : 0;
  }

  /** The masked text itself. */
  char[] copy() {
    return Arrays.copyOf(chars, length);
  }

  @Override
  public String toString() {
    return new String(chars, 0, length);
  }
}
