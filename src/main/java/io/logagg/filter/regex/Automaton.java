package io.logagg.filter.regex;

import io.logagg.filter.regex.Program.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for a regular expression in texts as they lie in memory, in UTF-8: a deterministic
 * automaton whose states are made when they are first come to (Thompson 1968, and RE2's way of
 * bounding them). A place such as {@code ^} or {@code \b} is decided by the character behind it, so
 * a match shows with the step after its last character. Not thread-safe.
 */
public final class Automaton {
  /**
   * Beyond these, all are forgotten; each takes some hundred bytes, or a few kilobytes where an
   * expression has very many classes of characters.
   */
  private static final int MAX_STATES = 1000;

  private static final int MATCH = -2;
  private static final int UNKNOWN = -1;

  private final Program program;
  private final CharClasses classes;
  private final int[] ofAscii;

  /** Of a state in the table: one number for each class, and one for the end of the text. */
  private final int stride;

  private final Map<State, Integer> numbers = new HashMap<>();
  private final List<State> states = new ArrayList<>();
  private int[] table = new int[0];

  /**
   * What is known between two characters.
   *
   * @param steps those to go on with, besides the first of all, which always is
   * @param isStart whether it is the beginning of the text
   * @param isBehindWord whether the character before is one of a word
   */
  private record State(BitSet steps, boolean isStart, boolean isBehindWord) {}

  Automaton(Program program) {
    this.program = program;
    this.classes = program.classes();
    this.ofAscii = classes.ofAscii();
    this.stride = classes.count() + 1;
    forget();
  }

  /** Only the beginning of a text is known, as number 0. */
  private void forget() {
    numbers.clear();
    states.clear();
    table = new int[16 * stride];
    number(new State(new BitSet(), true, false));
  }

  private int number(State state) {
    Integer known = numbers.get(state);
    if (known != null) {
      return known;
    }
    int number = states.size();
    if ((number + 1) * stride > table.length) {
      table = Arrays.copyOf(table, 2 * table.length);
    }
    Arrays.fill(table, number * stride, (number + 1) * stride, UNKNOWN);
    numbers.put(state, number);
    states.add(state);
    return number;
  }

  /**
   * Whether it is found in a text.
   *
   * @param utf8 has the text from the one place up to before the other
   */
  public boolean isIn(byte[] utf8, int from, int to) {
    int[] known = table;
    int row = 0;
    int at = from;
    while (at < to) {
      int b = utf8[at++];
      int kind;
      if (b >= 0) {
        kind = ofAscii[b];
      } else {
        int more = Math.min(CharClasses.bytesBehind(b), to - at);
        kind = classes.of(CharClasses.codePoint(utf8, at - 1, more));
        at += more;
      }
      int next = known[row + kind];
      if (next < 0) {
        next = next == UNKNOWN ? step(row, kind) : next;
        if (next == MATCH) {
          return true;
        }
        known = table;
      }
      row = next;
    }
    int end = table[row + classes.count()];
    return (end == UNKNOWN ? step(row, classes.count()) : end) == MATCH;
  }

  /**
   * Finds out what follows, and keeps it: where the row of the next state begins in the table, or
   * {@link #MATCH}.
   *
   * @param row where that of the state begins
   * @param kind class of the next character; one more than there are for the end
   */
  private int step(int row, int kind) {
    State state = states.get(row / stride);
    boolean isEnd = kind == classes.count();
    boolean isBeforeWord = !isEnd && classes.isOfWord(kind);
    BitSet reached = new BitSet();
    BitSet behind = new BitSet();
    boolean isMatch = reach(program.start(), state, isEnd, isBeforeWord, reached);
    for (int i = state.steps().nextSetBit(0);
        i >= 0 && !isMatch;
        i = state.steps().nextSetBit(i + 1)) {
      isMatch = reach(i, state, isEnd, isBeforeWord, reached);
    }
    if (isMatch || isEnd) {
      int result = isMatch ? MATCH : row;
      table[row + kind] = result;
      return result;
    }
    for (int i = reached.nextSetBit(0); i >= 0; i = reached.nextSetBit(i + 1)) {
      Step taken = program.step(i);
      if (taken.takes(kind)) {
        behind.set(taken.next());
      }
    }
    State then = new State(behind, false, isBeforeWord);
    if (states.size() >= MAX_STATES && !numbers.containsKey(then)) {
      forget();
      return stride * number(then);
    }
    int next = stride * number(then);
    table[row + kind] = next;
    return next;
  }

  /**
   * Adds what can be come to without taking a character; whether that is the end of the program.
   */
  private boolean reach(
      int from, State state, boolean isEnd, boolean isBeforeWord, BitSet reached) {
    List<Integer> open = new ArrayList<>(List.of(from));
    while (!open.isEmpty()) {
      int at = open.remove(open.size() - 1);
      if (reached.get(at)) {
        continue;
      }
      reached.set(at);
      Step step = program.step(at);
      if (step.isMatch()) {
        return true;
      }
      RegexNode.Place place = step.place();
      if (place != null) {
        if (holds(place, state, isEnd, isBeforeWord)) {
          open.add(step.next());
        }
      } else if (step.isFork()) {
        open.add(step.next());
        open.add(step.other());
      }
    }
    return false;
  }

  private static boolean holds(
      RegexNode.Place place, State state, boolean isEnd, boolean isBeforeWord) {
    return switch (place) {
      case START -> state.isStart();
      case END -> isEnd;
      case WORD_BOUNDARY -> state.isBehindWord() != isBeforeWord;
      case NO_WORD_BOUNDARY -> state.isBehindWord() == isBeforeWord;
    };
  }
}
