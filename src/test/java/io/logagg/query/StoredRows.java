package io.logagg.query;

import static io.logagg.testing.TestServers.await;

import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows put there by SQL, the same ones in memory, and what a filter means for them. */
final class StoredRows {
  private final PgConnection connection;
  private final Random random;
  private final SealedRows sealed;
  private final Kept kept;
  private final TestRecords records;
  private final List<LogRecord> all = new ArrayList<>();

  StoredRows(TestDatabase database, long seed) {
    this(database, seed, Kept.ROWS);
  }

  StoredRows(TestDatabase database, long seed, Kept kept) {
    this.kept = kept;
    this.connection = database.connect();
    this.random = new Random(seed);
    this.sealed = new SealedRows(connection, random);
    this.records = new TestRecords(seed);
    await(
        connection
            .query(
                """
                SET TIME ZONE 'UTC';
                CREATE TABLE logs_all PARTITION OF logs DEFAULT;
                INSERT INTO apps (name) VALUES ('shop'), ('bank'), ('äpp')""")
            .execute());
  }

  /** Adds rows whose times are close and often equal, with their deltas. */
  void add(int count) {
    for (int i = 0; i < count; i++) {
      long time = TestRecords.NOW_MICROS - random.nextInt(40) * 7_300_000L - random.nextInt(2);
      store(records.any(time));
    }
    sealed.seal(kept);
  }

  /** Runs checks, of that many filters each, between additions, deletions and foldings. */
  void whateverHappens(IntConsumer check) {
    add(300);
    check.accept(100);
    fold();
    check.accept(100);
    deleteSome();
    check.accept(50);
    fold();
    add(50);
    check.accept(50);
    fold();
    fold();
    fold();
    check.accept(100);
  }

  void add(LogRecord record) {
    store(record);
    sealed.seal(kept);
  }

  /** The same, and it is a row, however the others are kept. */
  void addAsRow(LogRecord record) {
    add(record);
    sealed.unsealAround(record);
  }

  private void store(LogRecord record) {
    all.add(record);
    Tuple row =
        Tuple.tuple()
            .addOffsetDateTime(Timestamps.utc(record.timestampMicros()))
            .addLong(RecordIds.seq(record.id()))
            .addString(record.app())
            .addString(record.level())
            .addString(record.service() == null ? "" : record.service())
            .addString(record.message())
            .addString(record.metadata())
            .addString(record.sourceId() == null ? "" : record.sourceId());
    await(
        connection
            .preparedQuery(
                """
                WITH app AS (SELECT id FROM apps WHERE name = $3 AND deleted_at IS NULL), row AS (
                  INSERT INTO logs SELECT $1, $2, $1, app.id, $4, $5, $6, $7::text::json, $8 FROM app)
                INSERT INTO rollup_deltas
                SELECT date_trunc('minute', $1::timestamptz, 'UTC'), app.id, $4, $5, 1 FROM app""")
            .execute(row));
  }

  /** Deletes some rows, as the editor would. */
  void deleteSome() {
    sealed.unseal();
    for (int i = 0; i < 20 && !all.isEmpty(); i++) {
      LogRecord gone = all.remove(random.nextInt(all.size()));
      await(
          connection
              .preparedQuery(
                  """
                  WITH gone AS (DELETE FROM logs WHERE seq = $1 RETURNING *)
                  INSERT INTO rollup_deltas
                  SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, -1 FROM gone""")
              .execute(Tuple.of(RecordIds.seq(gone.id()))));
    }
    sealed.seal(kept);
  }

  void fold() {
    await(
        connection
            .query(
                """
                WITH taken AS (DELETE FROM rollup_deltas WHERE ctid IN (SELECT ctid FROM rollup_deltas LIMIT 150) RETURNING *)
                INSERT INTO rollups AS r SELECT minute, app_id, level, service, sum(n) FROM taken GROUP BY 1, 2, 3, 4
                ON CONFLICT (minute, app_id, level, service) DO UPDATE SET n = r.n + excluded.n""")
            .execute());
  }

  List<LogRecord> all() {
    return all;
  }

  /** A filter of some of everything, its bounds anywhere. */
  LogFilter anyFilter() {
    return new LogFilter(
        some("shop", "bank", "äpp", "no such app"),
        some("INFO", "WARN", "ODD LEVEL"),
        some("", "api", "ünï"),
        random.nextBoolean() ? anyTime() : null,
        random.nextBoolean() ? anyTime() : null,
        random.nextInt(4) == 0 ? anyCondition() : null);
  }

  /** Names, text, or both. */
  private Condition anyCondition() {
    List<Condition> parts = new ArrayList<>();
    if (random.nextBoolean()) {
      parts.add(equal(Field.Column.APP, some("shop", "bank")));
    }
    if (random.nextBoolean()) {
      parts.add(Condition.not(equal(Field.Column.LEVEL, some("INFO", "ODD LEVEL"))));
    }
    if (random.nextBoolean()) {
      String text = "" + (char) ('a' + random.nextInt(26));
      parts.add(Condition.test(Field.Column.MESSAGE, new Match.Contains(text)));
    }
    return Condition.and(parts);
  }

  private static Condition equal(Field field, List<String> values) {
    return values.isEmpty()
        ? Condition.everything()
        : Condition.or(
            values.stream().map(value -> Condition.test(field, new Match.Equal(value))).toList());
  }

  private Long anyTime() {
    long time = TestRecords.NOW_MICROS - random.nextInt(320_000_000);
    return random.nextBoolean() ? time : time - Math.floorMod(time, 60_000_000L);
  }

  private List<String> some(String... values) {
    if (random.nextBoolean()) {
      return List.of();
    }
    return Stream.of(values).filter(value -> random.nextBoolean()).collect(Collectors.toList());
  }

  static boolean fits(LogFilter filter, LogRecord record) {
    String service = record.service() == null ? "" : record.service();
    Long since = filter.sinceMicros();
    Long until = filter.untilMicros();
    Condition condition = filter.condition();
    return (filter.apps().isEmpty() || filter.apps().contains(record.app()))
        && (filter.levels().isEmpty() || filter.levels().contains(record.level()))
        && (filter.services().isEmpty() || filter.services().contains(service))
        && (since == null || record.timestampMicros() >= since)
        && (until == null || record.timestampMicros() < until)
        && (condition == null || fits(condition, record));
  }

  /** Of those that are made here, in a way of its own. */
  private static boolean fits(Condition condition, LogRecord record) {
    if (condition instanceof Condition.And and) {
      return and.parts().stream().allMatch(part -> fits(part, record));
    }
    if (condition instanceof Condition.Or or) {
      return or.parts().stream().anyMatch(part -> fits(part, record));
    }
    if (condition instanceof Condition.Not not) {
      return !fits(not.part(), record);
    }
    if (condition instanceof Condition.Test test) {
      return test.match() instanceof Match.Contains contains
          ? record.message().toLowerCase(Locale.ROOT).contains(contains.text())
          : test.match()
              .equals(
                  new Match.Equal(
                      test.field() == Field.Column.APP ? record.app() : record.level()));
    }
    return true;
  }
}
