package io.logagg.alerting;

import static io.logagg.testing.TestServers.await;

import io.logagg.alert.AlertRule;
import io.logagg.alert.CallableHosts;
import io.logagg.alert.Receiver;
import io.logagg.alert.TestRules;
import io.logagg.persistence.AlertLog;
import io.logagg.persistence.AlertOutbox;
import io.logagg.persistence.AlertReceivers;
import io.logagg.persistence.AlertRules;
import io.logagg.persistence.AlertRules.Kept;
import io.logagg.persistence.AlertRules.View;
import io.logagg.persistence.Lease;
import io.logagg.record.Timestamps;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestDatabase;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Records, rules, and one who evaluates them, at times that a test chooses. */
final class AlertScene implements AutoCloseable {
  static final long MINUTE = 60_000_000;
  static final long DELAY_MS = 1000;
  static final long TIMEOUT_MS = 2000;

  final TestDatabase database = TestDatabase.open();
  final OnContext context = new OnContext(database.vertx());

  /** In microseconds; a whole minute at first. */
  final AtomicLong now =
      new AtomicLong(Instant.parse("2026-11-24T08:00:00Z").toEpochMilli() * 1000);

  final AtomicLong waitingMs = new AtomicLong();
  final InstantSource clock = () -> Timestamps.instant(now.get());
  final AlertRules rules = new AlertRules(database.database(), clock);
  final AlertReceivers receivers = new AlertReceivers(database.database());
  final AlertOptions options = options(new CallableHosts(List.of("127.0.0.1", "localhost")));
  final Lease lease = lease(1);
  final AlertLog log = new AlertLog(database.database(), lease);
  final AlertOutbox outbox = new AlertOutbox(database.database(), lease);
  final AlertMeters meters = new AlertMeters(new Metrics());
  final Evaluator evaluator;
  private long seq;

  AlertScene() {
    database.sql("CREATE TABLE logs_all PARTITION OF logs DEFAULT");
    evaluator = context.get(() -> new Evaluator(database.vertx(), options, log, meters));
    await(lease.hold());
  }

  AlertOptions options(CallableHosts hosts) {
    return new AlertOptions(
        database.database(),
        DELAY_MS,
        TIMEOUT_MS,
        1,
        hosts,
        null,
        waitingMs::get,
        new Metrics(),
        clock);
  }

  Lease lease(int number) {
    return new Lease(database.database(), AlertVerticle.LEASE, new UUID(0, number), 60_000);
  }

  /** Stores a record of this time, as a writer does. */
  void store(String app, String level, String service, String message, long micros) {
    await(
        database
            .database()
            .write(
                connection ->
                    connection
                        .preparedQuery(
                            """
                            WITH made AS (INSERT INTO apps (name) VALUES ($1)
                              ON CONFLICT (name) WHERE deleted_at IS NULL DO UPDATE SET name = excluded.name RETURNING id),
                            row AS (INSERT INTO logs SELECT $2, $3, $2, id, $4, $5, $6, '{}', '' FROM made)
                            INSERT INTO rollup_deltas
                            SELECT date_trunc('minute', $2::timestamptz, 'UTC'), id, $4, $5, 1 FROM made""")
                        .execute(
                            Tuple.of(
                                app, Timestamps.utc(micros), ++seq, level, service, message))));
  }

  /** A record of the past minute. */
  void store(String app, String message) {
    store(app, "INFO", "", message, now.get() - MINUTE / 2);
  }

  View create(AlertRule rule) {
    return ((Kept) await(rules.create(rule))).view();
  }

  View create(String json) {
    return create(TestRules.rule(json));
  }

  void receiver(String name, Receiver.Kind kind, String url) {
    await(receivers.create(new Receiver(name, kind, URI.create(url), null)));
  }

  View view(View before) {
    return await(rules.find(before.id())).orElseThrow();
  }

  /** Lets time pass, and everything be evaluated that is due then. */
  void minute() {
    now.addAndGet(MINUTE);
    evaluate();
  }

  /** Until nothing is due any more. */
  void evaluate() {
    now.addAndGet(DELAY_MS * 1000);
    Eventually.value(
        "all rules are evaluated",
        () -> {
          context.await(evaluator::evaluate);
          return await(log.due(now.get() - Math.max(DELAY_MS, waitingMs.get()) * 1000)).size();
        },
        due -> due == 0);
    now.addAndGet(-DELAY_MS * 1000);
  }

  /** Minute after the first, group and phase of each transition. */
  List<String> transitions(View rule) {
    return database.texts(
        """
        SELECT to_char(at, 'HH24:MI') || ' ' || label || ' ' || phase FROM alert_transitions
        WHERE rule_id = %d ORDER BY id"""
            .formatted(rule.id()));
  }

  @Override
  public void close() {
    database.close();
  }
}
