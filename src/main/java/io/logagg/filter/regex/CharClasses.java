package io.logagg.filter.regex;

import static java.util.Objects.requireNonNull;

import io.logagg.filter.regex.CharSet.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Characters that an expression does not tell apart, numbered from 0. Immutable. */
final class CharClasses {
  private static final int ASCII = 0x80;

  /** The first characters of stretches whose characters are all of one class, in order. */
  private final int[] starts;

  private final int[] ofStretch;
  private final int[] ofAscii = new int[ASCII];

  /** Which classes each set has. */
  private final Map<CharSet, BitSet> members = new HashMap<>();

  private final int count;

  /** Of all sets that an expression has. */
  CharClasses(Collection<CharSet> sets) {
    List<CharSet> all = new ArrayList<>(new LinkedHashSet<>(sets));
    all.add(CharSet.WORD);
    TreeSet<Integer> bounds = new TreeSet<>(List.of(0));
    for (CharSet set : all) {
      for (Range range : set.ranges()) {
        bounds.add(range.from());
        bounds.add(range.to() + 1);
      }
    }
    starts = bounds.stream().mapToInt(start -> start).toArray();
    BitSet[] having = new BitSet[starts.length];
    Arrays.setAll(having, i -> new BitSet());
    for (int i = 0; i < all.size(); i++) {
      for (Range range : all.get(i).ranges()) {
        for (int at = stretch(range.from()); at < starts.length && starts[at] <= range.to(); at++) {
          having[at].set(i);
        }
      }
    }
    Map<BitSet, Integer> numbers = new HashMap<>();
    ofStretch = new int[starts.length];
    for (int at = 0; at < starts.length; at++) {
      numbers.putIfAbsent(having[at], numbers.size());
      ofStretch[at] = requireNonNull(numbers.get(having[at]));
    }
    count = numbers.size();
    for (int i = 0; i < all.size(); i++) {
      BitSet classes = new BitSet(count);
      for (Map.Entry<BitSet, Integer> one : numbers.entrySet()) {
        classes.set(one.getValue(), one.getKey().get(i));
      }
      members.put(all.get(i), classes);
    }
    for (int c = 0; c < ASCII; c++) {
      ofAscii[c] = of(c);
    }
  }

  private int stretch(int c) {
    int at = Arrays.binarySearch(starts, c);
    return at >= 0 ? at : -at - 2;
  }

  int count() {
    return count;
  }

  int of(int c) {
    return ofStretch[stretch(c)];
  }

  /** Those of all characters of ASCII, by their numbers. */
  int[] ofAscii() {
    return ofAscii.clone();
  }

  /** The classes of a set's characters; the set is one of those that this was made of. */
  BitSet of(CharSet set) {
    return requireNonNull(members.get(set));
  }

  boolean isOfWord(int kind) {
    return of(CharSet.WORD).get(kind);
  }

  /** How many bytes of a character follow this one, which is not of ASCII (RFC 3629). */
  static int bytesBehind(int lead) {
    int b = lead & 0xFF;
    return b >= 0xF0 ? 3 : b >= 0xE0 ? 2 : 1;
  }

  /** The character at a place of valid UTF-8, with so many bytes behind the first. */
  static int codePoint(byte[] utf8, int at, int more) {
    int c = utf8[at] & (0x3F >> more);
    for (int i = 1; i <= more; i++) {
      c = (c << 6) | (utf8[at + i] & 0x3F);
    }
    return c;
  }
}
