package io.logagg.filter.regex;

import java.util.List;

/** A regular expression that was read. */
sealed interface RegexNode {
  /** One character of the set. */
  record One(CharSet set) implements RegexNode {}

  /** One behind the other; nothing, if there are none. */
  record Sequence(List<RegexNode> parts) implements RegexNode {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** Any of them. */
  record Choice(List<RegexNode> parts) implements RegexNode {
    public Choice {
      parts = List.copyOf(parts);
    }
  }

  /**
   * The part some times.
   *
   * @param max -1 for any number
   */
  record Repeat(RegexNode part, int min, int max) implements RegexNode {}

  /** A place between characters. */
  enum Place implements RegexNode {
    START,
    END,
    WORD_BOUNDARY,
    NO_WORD_BOUNDARY
  }

  /** PostgreSQL is asked about both sides of such a place, in two ways. */
  long WORD_PLACE_SIZE = 8;

  /** About how many states an automaton for it has. */
  static long size(RegexNode node) {
    if (node instanceof Sequence sequence) {
      return sum(sequence.parts());
    }
    if (node instanceof Choice choice) {
      return sum(choice.parts());
    }
    if (node instanceof Repeat repeat) {
      return Math.max(1, size(repeat.part())) * Math.max(1, Math.max(repeat.min(), repeat.max()));
    }
    boolean isOfWords = node == Place.WORD_BOUNDARY || node == Place.NO_WORD_BOUNDARY;
    return isOfWords ? WORD_PLACE_SIZE : 1;
  }

  private static long sum(List<RegexNode> parts) {
    return parts.stream().mapToLong(RegexNode::size).sum();
  }
}
