package io.logagg.bench;

import io.logagg.pattern.MessagePattern;
import io.logagg.pattern.PatternMiner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The share of messages whose group is exactly the group of their true template (Zhu et al., "Tools
 * and Benchmarks for Automated Log Parsing", ICSE-SEIP 2019).
 *
 * @param groups found
 * @param truth how many templates there are
 */
record GroupingAccuracy(double accuracy, int groups, int truth) {

  /**
   * Of the messages in this order.
   *
   * @param order indexes of messages
   */
  static GroupingAccuracy of(PatternSample sample, List<Integer> order) {
    List<List<Integer>> groups =
        patterns(sample, order).stream().map(MessagePattern::tally).toList();
    List<String> truth = sample.truth();
    long right = 0;
    for (List<Integer> group : groups) {
      String id = truth.get(group.get(0));
      boolean pure = group.stream().allMatch(i -> truth.get(i).equals(id));
      boolean whole = truth.stream().filter(id::equals).count() == group.size();
      right += pure && whole ? group.size() : 0;
    }
    int templates = new HashSet<>(truth).size();
    return new GroupingAccuracy((double) right / truth.size(), groups.size(), templates);
  }

  /** The patterns, each with the indexes of its messages. */
  static List<MessagePattern<List<Integer>>> patterns(PatternSample sample, List<Integer> order) {
    PatternMiner<List<Integer>> miner =
        new PatternMiner<>(
            PatternMiner.Limits.USUAL,
            ArrayList::new,
            (one, other) -> {
              one.addAll(other);
              return one;
            });
    for (int i : order) {
      miner.add(sample.messages().get(i)).add(i);
    }
    return miner.patterns();
  }
}
