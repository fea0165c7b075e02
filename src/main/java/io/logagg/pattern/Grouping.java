package io.logagg.pattern;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts masked messages together that come from one template. Looks at all of them at once, so the
 * result does not depend on their order, as that of Drain's tree does (He et al., "Drain: An Online
 * Log Parsing Approach with Fixed Depth Tree", ICWS 2017). From there it has the first steps: by
 * number of words, then by words that tell templates apart, and the share of equal words that makes
 * messages alike. That messages are parted at the place with the fewest different words is from
 * IPLoM (Makanju et al., KDD 2009); that a place with more of them than a few is variable, from
 * Brain (Yu et al., IEEE TSC 2023). Not thread-safe.
 */
final class Grouping<T> {
  /** So many different words at one place, all else being alike, still tell templates apart. */
  private static final int MAX_BRANCHES = 4;

  /** The same for the first word, which hardly ever varies. */
  private static final int MAX_FIRST_BRANCHES = 16;

  /** The same where there is less than {@link #FEW_EQUAL} to go by. */
  private static final int MAX_SHORT_BRANCHES = 12;

  /** The same where all of them look like names, or stand where names do. */
  private static final int MAX_NAME_BRANCHES = 2;

  private static final int FEW_EQUAL = 2;

  private final Words words = new Words();
  private final List<Group<T>> groups = new ArrayList<>();

  /** Marks the words that were counted already, by number. */
  private int[] seen = new int[0];

  private int round;

  /** Rows that are looked at together, with the number of different words in each column. */
  private static final class Part<T> {
    private final List<Row<T>> rows;
    private final int[] distinct;

    Part(List<Row<T>> rows, int[] distinct) {
      this.rows = rows;
      this.distinct = distinct;
    }
  }

  Words words() {
    return words;
  }

  /** The groups of these messages; to be called once. */
  List<Group<T>> group(Iterable<Signature<T>> signatures) {
    Map<Integer, List<Row<T>>> byWidth = new TreeMap<>();
    for (Signature<T> signature : signatures) {
      int[] numbers = signature.tokens().stream().mapToInt(words::number).toArray();
      byWidth
          .computeIfAbsent(numbers.length, width -> new ArrayList<>())
          .add(new Row<>(signature, numbers));
    }
    seen = new int[words.size()];
    Deque<Part<T>> open = new ArrayDeque<>();
    byWidth.values().forEach(rows -> open.push(part(rows)));
    while (!open.isEmpty()) {
      Part<T> part = open.pop();
      int column = columnToSplit(part);
      if (column < 0) {
        groups.add(group(part));
      } else {
        split(part.rows, column).forEach(rows -> open.push(part(rows)));
      }
    }
    return groups;
  }

  private Part<T> part(List<Row<T>> rows) {
    int width = rows.get(0).width();
    int[] distinct = new int[width];
    for (int column = 0; column < width; column++) {
      round++;
      for (Row<T> row : rows) {
        int word = row.word(column);
        if (seen[word] != round) {
          seen[word] = round;
          distinct[column]++;
        }
      }
    }
    return new Part<>(rows, distinct);
  }

  private List<List<Row<T>>> split(List<Row<T>> rows, int column) {
    Map<Integer, List<Row<T>>> parts = new LinkedHashMap<>();
    for (Row<T> row : rows) {
      parts.computeIfAbsent(row.word(column), word -> new ArrayList<>()).add(row);
    }
    return new ArrayList<>(parts.values());
  }

  private Group<T> group(Part<T> part) {
    BitSet varies = new BitSet();
    for (int column = 0; column < part.distinct.length; column++) {
      varies.set(column, part.distinct[column] > 1);
    }
    return new Group<>(part.rows, varies);
  }

  /** Where the part must be divided further; -1 if it is one template. */
  private int columnToSplit(Part<T> part) {
    int[] distinct = part.distinct;
    Row<T> first = part.rows.get(0);
    int equal = 0;
    int different = 0;
    for (int column = 0; column < distinct.length; column++) {
      if (distinct[column] > 1) {
        different++;
      } else if (words.isWord(first.word(column))) {
        equal++;
      }
    }
    boolean alike = equal >= different;
    int best = -1;
    long bestRank = Long.MAX_VALUE;
    for (int column = 0; column < distinct.length; column++) {
      if (distinct[column] == 1) {
        continue;
      }
      boolean mixed = isMixed(part.rows, column);
      if (alike && (mixed || varies(part, column, equal))) {
        continue;
      }
      long rank = (mixed ? 1L << 32 : 0) + distinct[column];
      if (rank < bestRank) {
        bestRank = rank;
        best = column;
      }
    }
    return best;
  }

  /** Whether it has variable parts in some messages and words in others. */
  private boolean isMixed(List<Row<T>> rows, int column) {
    boolean variable = false;
    boolean word = false;
    for (Row<T> row : rows) {
      variable |= words.isVariable(row.word(column));
      word |= words.isWord(row.word(column));
    }
    return variable && word;
  }

  /**
   * Whether the words of a column are values of one template, all else being alike.
   *
   * @param equal how many other columns have one word
   */
  private boolean varies(Part<T> part, int column, int equal) {
    int distinct = part.distinct[column];
    if (column == 0) {
      return distinct > MAX_FIRST_BRANCHES;
    }
    if (equal < FEW_EQUAL) {
      return distinct > MAX_SHORT_BRANCHES;
    }
    boolean named =
        part.distinct[column - 1] == 1 && words.introducesName(part.rows.get(0).word(column - 1));
    boolean names = named || part.rows.stream().allMatch(row -> words.isName(row.word(column)));
    return distinct > (names ? MAX_NAME_BRANCHES : MAX_BRANCHES);
  }
}
