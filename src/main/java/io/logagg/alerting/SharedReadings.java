package io.logagg.alerting;

import io.logagg.alert.AlertRule;
import io.logagg.alert.AlertRule.Kind;
import io.logagg.alert.Reading;
import io.logagg.alerting.Evaluator.Task;
import io.logagg.persistence.AlertLog.Result;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.NameCounts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what many rules ask for from few reads of the rollups. Thread-safe. */
final class SharedReadings {
  private final Vertx vertx;
  private final Database database;
  private final RuleReadings own;

  SharedReadings(Vertx vertx, Database database) {
    this.vertx = vertx;
    this.database = database;
    this.own = new RuleReadings(vertx, database);
  }

  private record Span(long sinceMicros, long untilMicros) {}

  private static Span window(Task task) {
    return new Span(task.atMicros() - task.rule().times().window(), task.atMicros());
  }

  private static Span reach(Task task) {
    return new Span(task.atMicros() - task.rule().reachMicros(), task.atMicros());
  }

  /** Whether names and whole minutes are all that it asks for. */
  boolean takes(Task task) {
    Span reach = reach(task);
    Span window = window(task);
    return task.rule().kind() != Kind.NEW_PATTERN
        && NameCounts.canCount(task.filter(), window.sinceMicros(), window.untilMicros())
        && NameCounts.canCount(task.filter(), reach.sinceMicros(), reach.untilMicros());
  }

  /** What was found for each of those that it takes, in their order. */
  Future<List<Result>> read(List<Task> tasks, Abandonment abandonment) {
    Map<Span, Optional<NameCounts>> counts = new LinkedHashMap<>();
    tasks.forEach(
        task -> {
          counts.put(window(task), Optional.empty());
          counts.put(reach(task), Optional.empty());
        });
    Future<Void> chain = Future.succeededFuture();
    for (Span span : List.copyOf(counts.keySet())) {
      chain =
          chain
              .compose(
                  done ->
                      NameCounts.read(
                          database, span.sinceMicros(), span.untilMicros(), abandonment))
              .onSuccess(read -> counts.put(span, read))
              .mapEmpty();
    }
    Map<Span, Optional<NameCounts>> all = counts;
    return chain
        .compose(
            done ->
                vertx.executeBlocking(
                    () -> tasks.stream().map(task -> result(task, all)).toList(), false))
        .compose(results -> withOwn(tasks, results, abandonment));
  }

  /** Empty if there are too many names. */
  private static Optional<Result> result(Task task, Map<Span, Optional<NameCounts>> counts) {
    AlertRule rule = task.rule();
    long begin = System.nanoTime();
    Optional<NameCounts> window = counts.getOrDefault(window(task), Optional.empty());
    Optional<NameCounts> reach = counts.getOrDefault(reach(task), Optional.empty());
    if (window.isEmpty() || reach.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Long> found =
        new HashMap<>(window.get().count(task.filter(), RuleReadings.groupBy(rule)));
    Set<String> seen = Set.of();
    if (rule.looksBack()) {
      seen = reach.get().count(task.filter(), RuleReadings.groupBy(rule)).keySet();
      found.keySet().retainAll(seen);
    }
    List<Reading> readings = Reading.of(rule, found, seen);
    return Optional.of(task.result(readings, System.nanoTime() - begin));
  }

  private Future<List<Result>> withOwn(
      List<Task> tasks, List<Optional<Result>> results, Abandonment abandonment) {
    Future<List<Result>> chain = Future.succeededFuture(new ArrayList<>());
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      Optional<Result> result = results.get(i);
      chain =
          chain.compose(
              all ->
                  (result.isPresent()
                          ? Future.succeededFuture(result.get())
                          : alone(task, abandonment))
                      .map(
                          one -> {
                            all.add(one);
                            return all;
                          }));
    }
    return chain;
  }

  private Future<Result> alone(Task task, Abandonment abandonment) {
    long begin = System.nanoTime();
    return own.at(task.rule(), task.filter(), task.atMicros(), abandonment)
        .map(readings -> task.result(readings, System.nanoTime() - begin));
  }
}
