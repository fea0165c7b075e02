package io.logagg.http;

import io.logagg.filter.DeadLetterFilter;
import io.logagg.filter.LogFilter;
import io.logagg.record.Level;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/** The parameters that say which records are meant, the same on every route. */
final class FilterParams {
  static final Set<String> LOGS = Set.of("app", "level", "service", "since", "until", "q");
  static final Set<String> DEAD_LETTERS = Set.of("reason", "source", "since", "until");

  private FilterParams() {}

  static Set<String> plus(Set<String> names, String... more) {
    Set<String> all = new HashSet<>(names);
    all.addAll(Set.of(more));
    return all;
  }

  static LogFilter logs(Params params, InstantSource clock) {
    return new LogFilter(
        params.nonEmptyList("app"),
        params.nonEmptyList("level").stream().map(Level::fold).toList(),
        params.list("service"),
        params.time("since", clock),
        params.time("until", clock),
        params.nonEmpty("q"));
  }

  static DeadLetterFilter deadLetters(Params params, InstantSource clock) {
    return new DeadLetterFilter(
        params.nonEmpty("reason"),
        params.nonEmpty("source"),
        params.time("since", clock),
        params.time("until", clock));
  }
}
