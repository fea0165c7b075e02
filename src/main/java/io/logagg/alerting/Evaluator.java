package io.logagg.alerting;

import io.logagg.alert.AlertRule;
import io.logagg.alert.Reading;
import io.logagg.alerting.AlertMeters.Source;
import io.logagg.filter.LogFilter;
import io.logagg.persistence.AlertLog;
import io.logagg.persistence.AlertLog.Due;
import io.logagg.persistence.AlertLog.Noted;
import io.logagg.persistence.AlertLog.Result;
import io.logagg.persistence.Lease;
import io.logagg.postgres.AbandonedException;
import io.logagg.postgres.SqlFailure;
import io.logagg.postgres.UnavailableException;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the rules that are due, those that can share what is read together, the others a few at
 * a time. To be asked to now and then by whoever has the lease. Belongs to one context.
 */
final class Evaluator {
  private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

  /** So many rules are read for by themselves at once. */
  private static final int MAX_AT_ONCE = 2;

  /** So many times of a rule that were missed are caught up. */
  static final int MAX_CAUGHT_UP = 10;

  /** Longer than this, evaluation does not wait for records that wait. */
  private static final long LONGEST_WAIT_MS = 600_000;

  /** Steps of so many rules are one transaction. */
  private static final int MAX_NOTED = 250;

  private final AlertOptions options;
  private final AlertLog log;
  private final AlertMeters meters;
  private final RuleReadings readings;
  private final SharedReadings shared;
  private final TimeLimit limit;
  private final Set<Integer> underWay = new HashSet<>();
  private final Queue<Task> waiting = new ArrayDeque<>();
  private int running;

  Evaluator(Vertx vertx, AlertOptions options, AlertLog log, AlertMeters meters) {
    this.options = options;
    this.log = log;
    this.meters = meters;
    this.limit = new TimeLimit(vertx, options.timeoutMs());
    this.readings = new RuleReadings(vertx, options.database());
    this.shared = new SharedReadings(vertx, options.database(), limit, this::find);
  }

  /** A rule and the time it is to be evaluated for. */
  record Task(Due due, long atMicros, int skipped) {
    AlertRule rule() {
      return due.rule();
    }

    LogFilter filter() {
      return rule().watched().filter();
    }

    /** Of what was found. */
    Result result(List<Reading> found, long nanos) {
      return new Result(due, atMicros, found, null, millis(nanos), skipped);
    }

    /** Of what could not be found. */
    Result failure(Throwable e, long nanos) {
      return new Result(due, atMicros, null, SqlFailure.describe(e), millis(nanos), skipped);
    }

    private static int millis(long nanos) {
      return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
  }

  /** Begins with all that is due and not under way; done once those that share are. */
  Future<Void> evaluate() {
    return log.due(completeUntil()).compose(this::begin);
  }

  /** Up to when all that came in is stored. */
  private long completeUntil() {
    long now = options.clock().millis();
    long byDelay = now - options.delayMs();
    long waitingMs = Math.min(options.oldestWaitingMs().getAsLong(), LONGEST_WAIT_MS);
    return 1000 * (waitingMs == 0 ? byDelay : Math.min(byDelay, now - waitingMs));
  }

  private Future<Void> begin(List<Due> due) {
    List<Task> together = new ArrayList<>();
    long until = completeUntil();
    for (Due one : due) {
      if (underWay.add(one.id())) {
        Task task = task(one, until);
        if (shared.takes(task)) {
          together.add(task);
        } else {
          waiting.add(task);
        }
      }
    }
    goOn();
    return together(together);
  }

  private static Task task(Due due, long untilMicros) {
    AlertRule rule = due.rule();
    long interval = rule.times().interval();
    long last = rule.lastTime(untilMicros);
    long next = rule.lastTime(due.evaluatedAtMicros()) + interval;
    long first = Math.max(next, last - (MAX_CAUGHT_UP - 1) * interval);
    return new Task(due, first, (int) ((first - next) / interval));
  }

  private Future<Void> together(List<Task> tasks) {
    if (tasks.isEmpty()) {
      return Future.succeededFuture();
    }
    long begin = System.nanoTime();
    return shared
        .read(tasks)
        .compose(
            results -> {
              meters.found(Source.SHARED, System.nanoTime() - begin);
              Future<Void> chain = Future.succeededFuture();
              for (int i = 0; i < results.size(); i += MAX_NOTED) {
                List<Result> some = results.subList(i, Math.min(results.size(), i + MAX_NOTED));
                chain = chain.compose(done -> note(some));
              }
              return chain;
            })
        .onComplete(done -> tasks.forEach(task -> underWay.remove(task.due().id())));
  }

  /** Whether nothing can be evaluated now, nor noted. */
  static boolean isOfTheWhole(Throwable e) {
    return e instanceof Lease.LostException
        || e instanceof AbandonedException
        || e instanceof UnavailableException;
  }

  private void goOn() {
    while (running < MAX_AT_ONCE && !waiting.isEmpty()) {
      Task task = waiting.remove();
      running++;
      alone(task)
          .onComplete(
              done -> {
                running--;
                underWay.remove(task.due().id());
                if (done.failed()) {
                  logged(done.cause());
                }
                goOn();
              });
    }
  }

  private Future<Void> alone(Task task) {
    return find(task).compose(result -> note(List.of(result)));
  }

  /** What a rule asks for, or why it cannot be found. */
  private Future<Result> find(Task task) {
    long begin = System.nanoTime();
    return limit
        .run(abandonment -> readings.at(task.rule(), task.filter(), task.atMicros(), abandonment))
        .onComplete(done -> meters.found(Source.OWN, System.nanoTime() - begin))
        .map(found -> task.result(found, System.nanoTime() - begin))
        .recover(
            e ->
                isOfTheWhole(e)
                    ? Future.failedFuture(e)
                    : Future.succeededFuture(task.failure(e, System.nanoTime() - begin)));
  }

  /** What cannot be noted together is noted one by one, so that one rule is in nobody's way. */
  private Future<Void> note(List<Result> results) {
    return log.note(results)
        .onSuccess(this::noted)
        .<Void>mapEmpty()
        .recover(
            e -> {
              if (SqlFailure.of(e) != SqlFailure.DATA) {
                return Future.failedFuture(e);
              }
              if (results.size() > 1) {
                Future<Void> chain = Future.succeededFuture();
                for (Result result : results) {
                  chain = chain.compose(done -> note(List.of(result)));
                }
                return chain;
              }
              return noteFailure(results.get(0), e);
            });
  }

  private Future<Void> noteFailure(Result result, Throwable e) {
    Result failure =
        new Result(
            result.due(),
            result.atMicros(),
            null,
            SqlFailure.describe(e),
            result.tookMs(),
            result.skipped());
    return log.note(List.of(failure)).onSuccess(this::noted).mapEmpty();
  }

  private void noted(List<Noted> all) {
    for (Noted one : all) {
      Result result = one.result();
      meters.evaluated(one.step() == null, result.skipped());
      if (one.step() != null) {
        meters.changed(one.step().transitions());
      }
      if (one.isNews()) {
        String name = result.due().rule().name();
        if (result.error() == null) {
          LOG.info("alert rule {} is evaluated again", name);
        } else {
          LOG.warn(
              "alert rule {} cannot be evaluated for {}: {}",
              name,
              Timestamps.format(result.atMicros()),
              result.error());
        }
      }
    }
  }

  static void logged(Throwable e) {
    if (isOfTheWhole(e)) {
      LOG.debug("alerts: {}", e.getMessage());
    } else {
      LOG.warn("alerts, to be tried again: {}", SqlFailure.describe(e));
    }
  }

  /** Leaves what has not begun. */
  void stop() {
    waiting.clear();
  }
}
