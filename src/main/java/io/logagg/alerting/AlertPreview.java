package io.logagg.alerting;

import io.logagg.alert.AlertMachine;
import io.logagg.alert.AlertMachine.Step;
import io.logagg.alert.AlertMachine.Transition;
import io.logagg.alert.AlertRule;
import io.logagg.alert.AlertRule.Kind;
import io.logagg.alert.AlertState;
import io.logagg.alert.Reading;
import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says when a rule would have fired: the evaluation of past times, of which nothing is kept. */
public final class AlertPreview {
  /** More times are not evaluated. */
  public static final int MAX_TIMES = 1500;

  /** The same of new patterns, each of which takes a while. */
  public static final int MAX_PATTERN_TIMES = 30;

  /** What has to be counted apart. */
  private static final long MAX_SPANS = 50_000;

  /** So many groups' values are told, those that fired first. */
  private static final int MAX_SERIES = 20;

  private static final int MAX_TRANSITIONS = 5_000;

  private final Vertx vertx;
  private final RuleReadings readings;

  public AlertPreview(Vertx vertx, Database database) {
    this.vertx = vertx;
    this.readings = new RuleReadings(vertx, database);
  }

  /**
   * What would have been.
   *
   * @param times that were evaluated, in microseconds since the epoch
   * @param transitions in their order, at most 5000
   * @param series values of some groups at these times
   * @param isCut whether there were more transitions
   */
  public record Found(
      List<Long> times, List<Transition> transitions, List<Series> series, boolean isCut) {
    public Found {
      times = List.copyOf(times);
      transitions = List.copyOf(transitions);
      series = List.copyOf(series);
    }
  }

  /** The values of a group; null where it had no reading. */
  public record Series(String label, List<@Nullable Double> values) {}

  /** How many times there are; why they are too many, null if they are not. */
  public static @Nullable String refusal(AlertRule rule, long sinceMicros, long untilMicros) {
    long times = Math.max(0, untilMicros - sinceMicros) / rule.times().interval() + 1;
    int max = rule.kind() == Kind.NEW_PATTERN ? MAX_PATTERN_TIMES : MAX_TIMES;
    if (times > max) {
      return "the rule would have been evaluated %d times since then, at most %d can be: begin later, or raise the interval"
          .formatted(times, max);
    }
    if (rule.kind() != Kind.NEW_PATTERN && SlidingCounts.spans(rule, times) > MAX_SPANS) {
      return "window, interval and lookback have too little in common: make them multiples of one another";
    }
    return null;
  }

  /**
   * Evaluates all times of the rule from one time to another, both included, beginning without any
   * state.
   *
   * @param filter what the rule watches of what may be seen
   */
  public Future<Found> run(
      AlertRule rule,
      LogFilter filter,
      long sinceMicros,
      long untilMicros,
      Abandonment abandonment) {
    long interval = rule.times().interval();
    long first = rule.lastTime(sinceMicros + interval - 1);
    long[] times =
        LongStream.iterate(first, time -> time <= untilMicros, time -> time + interval).toArray();
    if (times.length == 0) {
      return Future.succeededFuture(new Found(List.of(), List.of(), List.of(), false));
    }
    return readings
        .over(rule, filter, times, abandonment)
        .compose(found -> vertx.executeBlocking(() -> found(rule, times, found), false));
  }

  private static Found found(AlertRule rule, long[] times, List<List<Reading>> readings) {
    List<Transition> transitions = new ArrayList<>();
    List<AlertState> states = List.of();
    for (int i = 0; i < times.length; i++) {
      Step step = AlertMachine.step(rule, times[i], states, readings.get(i));
      states = step.states();
      transitions.addAll(step.transitions());
    }
    boolean isCut = transitions.size() > MAX_TRANSITIONS;
    return new Found(
        LongStream.of(times).boxed().toList(),
        isCut ? transitions.subList(0, MAX_TRANSITIONS) : transitions,
        series(transitions, readings),
        isCut);
  }

  private static List<Series> series(List<Transition> transitions, List<List<Reading>> readings) {
    List<String> groups =
        Stream.concat(
                transitions.stream().map(Transition::group),
                readings.stream().flatMap(List::stream).map(Reading::group))
            .distinct()
            .limit(MAX_SERIES)
            .toList();
    Map<String, Series> series = new HashMap<>();
    for (int i = 0; i < readings.size(); i++) {
      for (Reading reading : readings.get(i)) {
        if (groups.contains(reading.group())) {
          List<@Nullable Double> values =
              series
                  .computeIfAbsent(
                      reading.group(), group -> new Series(reading.label(), new ArrayList<>()))
                  .values();
          while (values.size() < i) {
            values.add(null);
          }
          values.add(reading.value());
        }
      }
    }
    series.values().forEach(one -> fill(one.values(), readings.size()));
    return groups.stream().filter(series::containsKey).map(series::get).toList();
  }

  private static void fill(List<@Nullable Double> values, int size) {
    while (values.size() < size) {
      values.add(null);
    }
  }
}
