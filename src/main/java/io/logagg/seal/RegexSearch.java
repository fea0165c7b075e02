package io.logagg.seal;

import io.logagg.block.TextSearch;
import io.logagg.block.Texts;
import io.logagg.filter.regex.Automaton;
import io.logagg.filter.regex.Regex;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Looks for a regular expression in the texts of a column: for the longest text that a match must
 * have first, in all texts at once, then in each that has it. Made once for a filter; thread-safe.
 */
final class RegexSearch {
  /** What is shorter stands in most texts. */
  private static final int MIN_CHARS = 3;

  private final Regex regex;
  private final Optional<TextSearch> required;

  /** What they have learnt is worth keeping; as many as there were threads at a time. */
  private final Queue<Automaton> idle = new ConcurrentLinkedQueue<>();

  RegexSearch(Regex regex) {
    this.regex = regex;
    this.required =
        regex.requiredTexts().stream()
            .max(Comparator.comparingInt(String::length))
            .filter(text -> text.length() >= MIN_CHARS)
            .map(TextSearch::new);
  }

  /** Leaves those rows in which it is found. */
  void retain(Texts texts, BitSet rows) {
    if (required.isPresent()) {
      BitSet having = new BitSet(texts.count());
      required.get().find(texts, having::set);
      rows.and(having);
    }
    if (rows.isEmpty()) {
      return;
    }
    Automaton known = idle.poll();
    Automaton automaton = known == null ? regex.automaton() : known;
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      if (!automaton.isIn(texts.bytes(), texts.start(row), texts.end(row))) {
        rows.clear(row);
      }
    }
    idle.add(automaton);
  }
}
