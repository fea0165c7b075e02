package io.logagg.seal;

import io.logagg.block.TextSearch;
import io.logagg.block.Texts;
import io.logagg.filter.regex.Automaton;
import io.logagg.filter.regex.Regex;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Looks for a regular expression in the texts of a column: for what each match must have first, all
 * texts at once, then in each that has it. Made once for a filter; thread-safe.
 */
final class RegexSearch {
  private final Regex regex;
  private final List<TextSearch> required;

  /** What they have learnt is worth keeping; as many as there were threads at a time. */
  private final Queue<Automaton> idle = new ConcurrentLinkedQueue<>();

  RegexSearch(Regex regex) {
    this.regex = regex;
    this.required = regex.requiredTexts().stream().map(TextSearch::new).toList();
  }

  /** Leaves those rows in which it is found. */
  void retain(Texts texts, BitSet rows) {
    for (TextSearch search : required) {
      BitSet having = new BitSet(texts.count());
      search.find(texts, having::set);
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
