package io.logagg.alerting;

import io.logagg.alert.AlertRule;
import io.logagg.alert.Reading;
import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.LogPatterns;
import io.logagg.query.LogPatterns.Limits;
import io.logagg.query.LogPatterns.Request;
import io.logagg.query.LogPatternsFound;
import io.logagg.query.LogPatternsFound.Pattern;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds templates of messages that were first seen in a window, among all of the lookback. Of what
 * is grouped together, a template depends on the messages: so both are looked at as one.
 * Thread-safe.
 */
final class PatternReadings {
  private static final long MAX_RECORDS = 200_000;

  /** Less than the limit of an evaluation, so that what was found by then is told. */
  private static final long BUDGET_MS = 8_000;

  private static final int MAX_PATTERNS = 5_000;

  /** Of a template, more is not told. */
  private static final int MAX_LABEL_CHARS = 300;

  private final LogPatterns patterns;

  PatternReadings(Vertx vertx, Database database) {
    this.patterns = new LogPatterns(vertx, database, new Limits(MAX_RECORDS, BUDGET_MS, 0));
  }

  /** There are too many records to tell what is new. */
  static final class TooManyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyException() {
      super(
          "more than %d records match shortly before and within the window: ask for fewer"
              .formatted(MAX_RECORDS),
          null,
          false,
          false);
    }
  }

  Future<List<List<Reading>>> over(
      AlertRule rule, LogFilter filter, long[] times, Abandonment abandonment) {
    Future<List<List<Reading>>> chain = Future.succeededFuture(new ArrayList<>());
    for (long time : times) {
      chain =
          chain.compose(
              all ->
                  at(rule, filter, time, abandonment)
                      .map(
                          readings -> {
                            all.add(readings);
                            return all;
                          }));
    }
    return chain;
  }

  private Future<List<Reading>> at(
      AlertRule rule, LogFilter filter, long at, Abandonment abandonment) {
    LogFilter range = filter.within(at - rule.reachMicros(), at);
    return patterns
        .find(new Request(range, MAX_PATTERNS, false), abandonment)
        .map(found -> readings(rule, at, found));
  }

  static List<Reading> readings(AlertRule rule, long at, LogPatternsFound found) {
    long begin = at - rule.times().window();
    long oldest = found.patterns().stream().mapToLong(Pattern::firstSeenMicros).min().orElse(at);
    if (found.approximate() && oldest > begin - rule.times().window()) {
      throw new TooManyException();
    }
    // With nothing before, everything would be new.
    if (oldest >= begin) {
      return List.of();
    }
    Map<String, Reading> readings = new TreeMap<>();
    for (Pattern pattern : found.patterns()) {
      if (pattern.firstSeenMicros() >= begin) {
        // What the template is changes with each message; when it was first seen does not.
        String group = Timestamps.format(pattern.firstSeenMicros());
        readings.putIfAbsent(
            group, new Reading(group, label(pattern.template()), pattern.count(), true));
      }
    }
    return List.copyOf(readings.values());
  }

  private static String label(String template) {
    return template.codePointCount(0, template.length()) > MAX_LABEL_CHARS
        ? template.substring(0, template.offsetByCodePoints(0, MAX_LABEL_CHARS)) + "…"
        : template;
  }
}
