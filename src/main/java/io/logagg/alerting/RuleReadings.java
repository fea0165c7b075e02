package io.logagg.alerting;

import io.logagg.alert.AlertRule;
import io.logagg.alert.AlertRule.Kind;
import io.logagg.alert.Reading;
import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.GroupCounts;
import io.logagg.query.LogHistogram;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;

/**
 * Finds what rules ask for, at one time or at several; the same for evaluation and preview.
 * Thread-safe.
 */
final class RuleReadings {
  private final Vertx vertx;
  private final GroupCounts counts;
  private final PatternReadings patterns;

  RuleReadings(Vertx vertx, Database database) {
    this.vertx = vertx;
    this.counts = new GroupCounts(database);
    this.patterns = new PatternReadings(vertx, database);
  }

  /** As those who count have it. */
  static LogHistogram.GroupBy groupBy(AlertRule rule) {
    return switch (rule.watched().groupBy()) {
      case NONE -> LogHistogram.GroupBy.NOTHING;
      case APP -> LogHistogram.GroupBy.APP;
      case SERVICE -> LogHistogram.GroupBy.SERVICE;
    };
  }

  /**
   * At one time.
   *
   * @param filter what the rule watches, without bounds of time
   */
  Future<List<Reading>> at(
      AlertRule rule, LogFilter filter, long atMicros, Abandonment abandonment) {
    return over(rule, filter, new long[] {atMicros}, abandonment).map(all -> all.get(0));
  }

  /** At several times, ascending, an interval of the rule apart. */
  Future<List<List<Reading>>> over(
      AlertRule rule, LogFilter filter, long[] times, Abandonment abandonment) {
    if (rule.kind() == Kind.NEW_PATTERN) {
      return patterns.over(rule, filter, times, abandonment);
    }
    long[] bounds = SlidingCounts.bounds(rule, times);
    return counts
        .count(filter, groupBy(rule), bounds, abandonment)
        .compose(
            spans ->
                times.length == 1
                    ? Future.succeededFuture(readings(rule, times, bounds, spans))
                    : vertx.executeBlocking(() -> readings(rule, times, bounds, spans), false));
  }

  private static List<List<Reading>> readings(
      AlertRule rule, long[] times, long[] bounds, List<Map<String, Long>> spans) {
    return new SlidingCounts(rule, bounds, spans).readings(times);
  }
}
