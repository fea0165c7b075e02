package io.logagg.filter.regex;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of code points, all but surrogates and NUL, which no stored text has.
 *
 * @param ranges in order, apart from one another
 */
record CharSet(List<Range> ranges) {
  static final int MAX = Character.MAX_CODE_POINT;

  /** Case is told apart from here on in ranges; beyond lie nearly only scripts without any. */
  private static final int FOLD_BELOW = 0x2000;

  record Range(int from, int to) {}

  static final CharSet DIGITS = of('0', '9');
  static final CharSet WORD = of('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
  static final CharSet BLANKS = of('\t', '\r', ' ', ' ');
  static final CharSet ANY = of(1, MAX);

  CharSet {
    ranges = List.copyOf(ranges);
  }

  /** Of pairs of bounds. */
  static CharSet of(int... bounds) {
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(new Range(bounds[i], bounds[i + 1]));
    }
    return of(ranges);
  }

  static CharSet of(List<Range> any) {
    List<Range> sorted = new ArrayList<>(any);
    sorted.sort(Comparator.comparingInt(Range::from));
    List<Range> merged = new ArrayList<>();
    for (Range range : sorted) {
      Range last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && range.from() <= last.to() + 1) {
        merged.set(merged.size() - 1, new Range(last.from(), Math.max(last.to(), range.to())));
      } else {
        merged.add(range);
      }
    }
    return new CharSet(merged);
  }

  CharSet plus(CharSet other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return of(all);
  }

  /** All others. */
  CharSet complement() {
    List<Range> gaps = new ArrayList<>();
    int from = 1;
    for (Range range : ranges) {
      if (range.from() > from) {
        gaps.add(new Range(from, range.from() - 1));
      }
      from = range.to() + 1;
    }
    if (from <= MAX) {
      gaps.add(new Range(from, MAX));
    }
    return new CharSet(gaps);
  }

  /** With the same letters in the other case. */
  CharSet caseless() {
    List<Range> all = new ArrayList<>(ranges);
    for (Range range : ranges) {
      int to = range.from() == range.to() ? range.to() : Math.min(range.to(), FOLD_BELOW);
      for (int c = range.from(); c <= to; c++) {
        for (int other : new int[] {Character.toLowerCase(c), Character.toUpperCase(c)}) {
          if (other != c) {
            all.add(new Range(other, other));
          }
        }
      }
    }
    return of(all);
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether it has the last code point, so that it is shorter to say what it has not. */
  boolean isOpen() {
    return !ranges.isEmpty() && ranges.get(ranges.size() - 1).to() == MAX;
  }

  boolean isSingle() {
    return ranges.size() == 1 && ranges.get(0).from() == ranges.get(0).to();
  }

  /** Its only member. */
  int single() {
    return ranges.get(0).from();
  }

  static CharSet single(int c) {
    return of(c, c);
  }
}
