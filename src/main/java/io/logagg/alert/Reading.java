package io.logagg.alert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a rule found for one group at one time.
 *
 * @param group what it is known by; empty without groups
 * @param label how it is called
 * @param holds whether the condition is met
 */
public record Reading(String group, String label, double value, boolean holds) {

  /**
   * Of counts.
   *
   * @param counts by group, of the window; {@code ""} is the group of all where there are none
   * @param seen the groups of the lookback, if the rule {@link AlertRule#looksBack}
   */
  public static List<Reading> of(AlertRule rule, Map<String, Long> counts, Set<String> seen) {
    Set<String> groups = new TreeSet<>(counts.keySet());
    groups.addAll(seen);
    if (rule.watched().groupBy() == AlertRule.GroupBy.NONE) {
      groups.add("");
    }
    List<Reading> readings = new ArrayList<>(groups.size());
    for (String group : groups) {
      long count = counts.getOrDefault(group, 0L);
      readings.add(new Reading(group, group, count, rule.threshold().isMet(count)));
    }
    return readings;
  }
}
