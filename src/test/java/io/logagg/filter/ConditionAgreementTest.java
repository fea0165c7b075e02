package io.logagg.filter;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.filter.language.Parser;
import io.logagg.filter.language.QueryPrinter;
import io.logagg.filter.language.QuerySyntaxException;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL and we find the same records, whatever is asked of whatever there is. The system
 * property {@code logagg.agreement.seconds} makes it longer, {@code logagg.agreement.seed} another.
 */
final class ConditionAgreementTest {
  private static final int ROUNDS = 10;
  private static final int RECORDS = 200;
  private static final int CONDITIONS = 220;
  private static final int PIPELINED = 20;

  private final TestDatabase database = TestDatabase.open();
  private final PgConnection connection = database.connect();
  private long found;
  private long notFound;

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void shouldFindTheSameInMemoryAsInPostgres() throws QuerySyntaxException {
    long seed = Long.getLong("logagg.agreement.seed", 1);
    long until = System.nanoTime() + Long.getLong("logagg.agreement.seconds", 0) * 1_000_000_000L;
    database.sql(
        """
        CREATE TABLE logs_all PARTITION OF logs DEFAULT;
        INSERT INTO apps (name) VALUES ('shop'), ('bank'), ('äpp')""");
    for (int round = 0; round < ROUNDS || System.nanoTime() < until; round++) {
      compare(seed + round);
    }
    // Neither nothing nor everything, most of the time.
    assertTrue(found > notFound / 20 && notFound > found / 20, found + " of " + notFound);
  }

  private void compare(long seed) throws QuerySyntaxException {
    Random random = new Random(seed);
    AnyRecords records = new AnyRecords(random);
    database.sql("TRUNCATE logs");
    List<AnyRecords.Row> rows = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      rows.add(records.next());
    }
    await(Future.all(rows.stream().map(row -> insert(connection, row)).toList()));
    AnyConditions conditions = new AnyConditions(random, records);
    for (int i = 0; i < CONDITIONS / PIPELINED; i++) {
      Map<Condition, Future<RowSet<Row>>> asked = new LinkedHashMap<>();
      for (int j = 0; j < PIPELINED; j++) {
        Condition condition = reread(conditions.any());
        asked.put(condition, ask(connection, LogFilter.of(condition)));
      }
      for (Map.Entry<Condition, Future<RowSet<Row>>> answer : asked.entrySet()) {
        assertAgreed(seed, answer.getKey(), rows, answer.getValue());
      }
    }
  }

  private static Condition reread(Condition condition) throws QuerySyntaxException {
    String text = QueryPrinter.print(condition);
    Condition read = Parser.parse(text, AnyRecords.NOW_MICROS);
    assertEquals(condition, read, text);
    return read;
  }

  /** The seq of each record that is meant. */
  static Future<RowSet<Row>> ask(PgConnection connection, LogFilter filter) {
    Sql sql = new Sql().add("SELECT l.seq FROM logs l WHERE true");
    FilterSql.addConditions(sql, filter);
    return connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters()));
  }

  private void assertAgreed(
      long seed, Condition condition, List<AnyRecords.Row> rows, Future<RowSet<Row>> answer) {
    String text = QueryPrinter.print(condition);
    Set<Long> inPostgres = new TreeSet<>();
    try {
      await(answer).forEach(row -> inPostgres.add(row.getLong(0)));
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + text, e);
    }
    RecordMatcher matcher =
        RecordMatcher.of(new LogFilter(List.of(), List.of(), List.of(), null, null, condition));
    RecordMatcher narrowed = RecordMatcher.of(LogFilter.of(condition));
    List<AnyRecords.Row> wrong =
        rows.stream()
            .filter(
                row ->
                    matcher.matches(row) != inPostgres.contains(RecordIds.seq(row.id()))
                        || matcher.matches(row) != narrowed.matches(row))
            .toList();
    assertEquals(
        "",
        wrong.stream().limit(3).map(Object::toString).collect(Collectors.joining("\n")),
        () -> "seed " + seed + ": " + text);
    found += inPostgres.size();
    notFound += rows.size() - inPostgres.size();
  }

  static Future<RowSet<Row>> insert(PgConnection connection, AnyRecords.Row row) {
    return connection
        .preparedQuery(
            """
            INSERT INTO logs SELECT $1, $2, $3, id, $4, $5, $6, $7::text::json, $8 FROM apps WHERE name = $9""")
        .execute(
            Tuple.tuple()
                .addOffsetDateTime(Timestamps.utc(row.timestampMicros()))
                .addLong(RecordIds.seq(row.id()))
                .addOffsetDateTime(Timestamps.utc(row.receivedAtMicros()))
                .addString(row.level())
                .addString(row.service() == null ? "" : row.service())
                .addString(row.message())
                .addString(row.metadata())
                .addString(row.sourceId() == null ? "" : row.sourceId())
                .addString(row.app()));
  }
}
