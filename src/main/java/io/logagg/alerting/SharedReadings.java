package io.logagg.alerting;

import io.logagg.alert.AlertRule;
import io.logagg.alert.AlertRule.Kind;
import io.logagg.alert.Reading;
import io.logagg.alerting.Evaluator.Task;
import io.logagg.persistence.AlertLog.Result;
import io.logagg.postgres.Database;
import io.logagg.query.NameCounts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds what many rules ask for from few reads of the rollups. Thread-safe. */
final class SharedReadings {
  /** Of more minutes there may be very many counts, which each rule had better ask for itself. */
  private static final long LONGEST_MICROS = 86_400_000_000L;

  private final Vertx vertx;
  private final Database database;
  private final TimeLimit limit;
  private final Function<Task, Future<Result>> alone;

  /**
   * For one evaluator.
   *
   * @param limit of each read
   * @param alone finds what one rule asks for, or why it cannot be found
   */
  SharedReadings(
      Vertx vertx, Database database, TimeLimit limit, Function<Task, Future<Result>> alone) {
    this.vertx = vertx;
    this.database = database;
    this.limit = limit;
    this.alone = alone;
  }

  private record Span(long sinceMicros, long untilMicros) {}

  private static Span window(Task task) {
    return new Span(task.atMicros() - task.rule().times().window(), task.atMicros());
  }

  private static Span reach(Task task) {
    return new Span(task.atMicros() - task.rule().reachMicros(), task.atMicros());
  }

  /** Whether names and whole minutes are all that it asks for, and not of too many. */
  boolean takes(Task task) {
    Span reach = reach(task);
    Span window = window(task);
    return task.rule().kind() != Kind.NEW_PATTERN
        && task.rule().watched().isReadable()
        && task.rule().reachMicros() <= LONGEST_MICROS
        && NameCounts.canCount(task.filter(), window.sinceMicros(), window.untilMicros())
        && NameCounts.canCount(task.filter(), reach.sinceMicros(), reach.untilMicros());
  }

  /**
   * What was read of a span.
   *
   * @param counts empty if there are too many names
   * @param error why it could not be read; null if it was
   */
  private record Read(Optional<NameCounts> counts, @Nullable Throwable error) {}

  /**
   * What was found for each of those that it takes, in their order. What cannot be read fails those
   * who ask for it, and no others.
   */
  Future<List<Result>> read(List<Task> tasks) {
    Set<Span> spans = new LinkedHashSet<>();
    tasks.forEach(task -> spans.addAll(List.of(window(task), reach(task))));
    Map<Span, Read> reads = new HashMap<>();
    Future<Void> chain = Future.succeededFuture();
    for (Span span : spans) {
      chain = chain.compose(done -> read(span)).onSuccess(read -> reads.put(span, read)).mapEmpty();
    }
    return chain
        .compose(
            done ->
                vertx.executeBlocking(
                    () -> tasks.stream().map(task -> result(task, reads)).toList(), false))
        .compose(results -> withOwn(tasks, results));
  }

  private Future<Read> read(Span span) {
    return limit
        .run(
            abandonment ->
                NameCounts.read(database, span.sinceMicros(), span.untilMicros(), abandonment))
        .map(counts -> new Read(counts, null))
        .recover(
            e ->
                Evaluator.isOfTheWhole(e)
                    ? Future.failedFuture(e)
                    : Future.succeededFuture(new Read(Optional.empty(), e)));
  }

  /** Empty if there are too many names. */
  private static Optional<Result> result(Task task, Map<Span, Read> reads) {
    AlertRule rule = task.rule();
    long begin = System.nanoTime();
    Read window = Objects.requireNonNull(reads.get(window(task)));
    Read reach = Objects.requireNonNull(reads.get(reach(task)));
    Throwable error = window.error() == null ? reach.error() : window.error();
    if (error != null) {
      return Optional.of(task.failure(error, 0));
    }
    if (window.counts().isEmpty() || reach.counts().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Long> found =
        new HashMap<>(window.counts().get().count(task.filter(), RuleReadings.groupBy(rule)));
    Set<String> seen = Set.of();
    if (rule.looksBack()) {
      seen = reach.counts().get().count(task.filter(), RuleReadings.groupBy(rule)).keySet();
      found.keySet().retainAll(seen);
    }
    List<Reading> readings = Reading.of(rule, found, seen);
    return Optional.of(task.result(readings, System.nanoTime() - begin));
  }

  private Future<List<Result>> withOwn(List<Task> tasks, List<Optional<Result>> results) {
    Future<List<Result>> chain = Future.succeededFuture(new ArrayList<>());
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      Optional<Result> result = results.get(i);
      chain =
          chain.compose(
              all ->
                  (result.isPresent() ? Future.succeededFuture(result.get()) : alone.apply(task))
                      .map(
                          one -> {
                            all.add(one);
                            return all;
                          }));
    }
    return chain;
  }
}
