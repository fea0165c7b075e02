package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.Level;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The views that people read with SQL of their own: they say what the API says. */
final class ViewsTest {
  private static final long[] EXTREME_MICROS = {
    Timestamps.MIN_MICROS,
    Timestamps.MIN_MICROS + 1,
    Timestamps.MAX_MICROS,
    Timestamps.MAX_MICROS - 1,
    0,
    -1,
    1,
    TestRecords.NOW_MICROS
  };

  private final KeptLogs logs = new KeptLogs();
  private final TestDatabase database = logs.database();
  private final PgConnection connection = database.connect();

  @AfterEach
  void close() {
    logs.close();
  }

  @Test
  void shouldMakeTheIdsThatTheApiPrints() {
    List<OffsetDateTime> times = new ArrayList<>();
    List<Long> seqs = new ArrayList<>();
    List<UUID> ids = new ArrayList<>();
    Random random = new Random(1);
    for (long micros : EXTREME_MICROS) {
      for (long seq : new long[] {0, 1, -1, RecordIds.UNIQUE_MASK, Long.MIN_VALUE}) {
        times.add(Timestamps.utc(micros));
        seqs.add(seq);
        ids.add(RecordIds.of(micros, seq));
      }
    }
    for (int i = 0; i < 5000; i++) {
      long micros = random.nextLong(Timestamps.MIN_MICROS, Timestamps.MAX_MICROS + 1);
      long seq = random.nextLong();
      times.add(Timestamps.utc(micros));
      seqs.add(seq);
      ids.add(RecordIds.of(micros, seq));
    }
    // Whatever the session's time zone.
    await(connection.query("SET TIME ZONE 'America/New_York'").execute());
    RowSet<Row> rows =
        await(
            connection
                .preparedQuery(
                    """
                    SELECT logagg_record_id(t, s), logagg_record_timestamp(i), logagg_record_seq(i)
                    FROM unnest($1::timestamptz[], $2::int8[], $3::uuid[]) WITH ORDINALITY AS u(t, s, i, no) ORDER BY no""")
                .execute(
                    Tuple.tuple()
                        .addArrayOfOffsetDateTime(times.toArray(OffsetDateTime[]::new))
                        .addArrayOfLong(seqs.toArray(Long[]::new))
                        .addArrayOfUUID(ids.toArray(UUID[]::new))));
    assertEquals(ids.size(), rows.size());
    int i = 0;
    for (Row row : rows) {
      assertEquals(ids.get(i), row.getUUID(0));
      assertEquals(times.get(i).toInstant(), row.getOffsetDateTime(1).toInstant());
      assertEquals(seqs.get(i) & RecordIds.UNIQUE_MASK, row.getLong(2));
      i++;
    }
  }

  @Test
  void shouldShowARecordInPlainColumns() {
    LogRecord plain = logs.record(logs.today, "a", "no more");
    LogRecord full =
        new LogRecord(
            RecordIds.of(plain.timestampMicros() + 1, 5),
            plain.timestampMicros() + 1,
            plain.receivedAtMicros(),
            "ERROR",
            "a",
            "api",
            "all",
            "{\"k\": {\"n\": 1e3}}",
            "mine",
            null);
    logs.write(plain, full);
    assertEquals(
        List.of(
            plain.id() + "|a|INFO|3|none|no more|{}|none",
            full.id() + "|a|ERROR|6|api|all|{\"k\": {\"n\": 1000}}|mine"),
        database.texts(
            """
            SELECT concat_ws('|', id, app, level, severity, coalesce(service, 'none'), message, metadata,
              coalesce(source_id, 'none'))
            FROM logs_view ORDER BY "timestamp\""""));
    assertEquals(
        1,
        database.number(
            "SELECT count(*) FROM logs_view WHERE \"timestamp\" = logagg_record_timestamp('%s') AND id = '%s'"
                .formatted(full.id(), full.id())));
  }

  @Test
  void shouldTellTheSeverityOfEachLevel() {
    List<String> inOrder = new ArrayList<>();
    for (Level level : Level.values()) {
      inOrder.add("(" + (inOrder.size() + 1) + ", '" + level.name() + "')");
    }
    assertEquals(
        Level.values().length,
        database.number(
            "SELECT count(*) FROM (VALUES %s) AS v(severity, level) WHERE logagg_severity(level) = severity"
                .formatted(String.join(", ", inOrder))));
    assertEquals(3, database.number("SELECT logagg_severity('ODD')"));
  }

  @Test
  void shouldLeaveOutDeletedApps() {
    logs.write(logs.old(0, "a"), logs.old(0, "b"));
    database.sql("UPDATE apps SET deleted_at = now() WHERE name = 'a'");
    assertEquals(List.of("b0"), database.texts("SELECT message FROM logs_view"));
    assertEquals(List.of("b"), database.texts("SELECT app FROM log_counts_view"));
    assertEquals(List.of("b"), database.texts("SELECT name FROM apps_view"));
  }

  @Test
  void shouldCountAsTheRowsDo() {
    TestRecords records = new TestRecords(2);
    logs.write(records.many(500));
    database.sql(
        """
        WITH taken AS (DELETE FROM rollup_deltas WHERE n > 1 RETURNING *)
        INSERT INTO rollups SELECT minute, app_id, level, service, sum(n) FROM taken GROUP BY 1, 2, 3, 4""");
    logs.write(records.many(500));
    database.sql("DELETE FROM logs WHERE level = 'WARN'");
    database.sql(
        """
        INSERT INTO rollup_deltas SELECT minute, app_id, level, service, -n FROM rollups WHERE level = 'WARN'
        UNION ALL SELECT minute, app_id, level, service, -n FROM rollup_deltas WHERE level = 'WARN'""");
    String byRows =
        """
        SELECT concat_ws('|', date_trunc('minute', "timestamp"), app, level, coalesce(service, '-'), count(*))
        FROM logs_view GROUP BY date_trunc('minute', "timestamp"), app, level, service ORDER BY 1""";
    String byCounts =
        """
        SELECT concat_ws('|', minute, app, level, coalesce(service, '-'), count) FROM log_counts_view ORDER BY 1""";
    assertEquals(database.texts(byRows), database.texts(byCounts));
    assertFalse(database.texts(byCounts).isEmpty());
  }

  private String plan(String sql) {
    return String.join("\n", database.texts("EXPLAIN " + sql));
  }

  @Test
  void shouldLookOnlyIntoThePartitionsThatATimeLeavesAndGoByTheIndex() {
    List<LogRecord> many = new ArrayList<>();
    for (int days = 0; days < 5; days++) {
      for (int i = 0; i < 400; i++) {
        many.add(
            logs.record(
                logs.today.minusDays(days), Duration.ofMillis(i), i % 3 == 0 ? "a" : "b", "m" + i));
      }
    }
    logs.write(many);
    database.sql("ANALYZE");
    String day = logs.today.minusDays(2).toString();
    String range = "\"timestamp\" >= '" + day + "' AND \"timestamp\" < '" + day + " 01:00'";
    String table = PartitionRange.ofDay(logs.today.minusDays(2)).table();
    for (String condition : List.of(range, range + " AND app = 'a'", "app = 'a' AND " + range)) {
      String plan = plan("SELECT * FROM logs_view WHERE " + condition);
      assertEquals(List.of(table), partitionsIn(plan), plan);
    }
    String newest =
        plan("SELECT * FROM logs_view WHERE app = 'a' ORDER BY \"timestamp\" DESC LIMIT 20");
    assertTrue(newest.contains("Index Scan Backward"), newest);
    assertFalse(newest.contains("Sort"), newest);
    String one =
        plan(
            "SELECT * FROM logs_view WHERE \"timestamp\" = logagg_record_timestamp('%s')"
                .formatted(many.get(0).id()));
    assertEquals(1, partitionsIn(one).size(), one);
    assertTrue(one.contains("Index Scan"), one);
  }

  private List<String> partitionsIn(String plan) {
    return new TreeSet<>(logs.partitions())
        .stream().filter(name -> plan.contains(" on " + name + " ")).toList();
  }

  @Test
  void shouldShowDeadLettersAsTextWhereTheyAreText() {
    database.sql(
        """
        INSERT INTO dead_letters (id, payload, kind, reason, source, first_seen, last_seen)
        VALUES ('00000000-0000-8000-8000-000000000001', '{"a":"ü"}', 'other', 'r', 's', now(), now()),
          ('00000000-0000-8000-8000-000000000002', '\\xff00', 'other', 'r', 's', now(), now()),
          ('00000000-0000-8000-8000-000000000003', '\\x6100', 'other', 'r', 's', now(), now())""");
    assertEquals(
        List.of("{\"a\":\"ü\"}", "null", "null"),
        database.texts("SELECT payload FROM dead_letters_view ORDER BY id"));
  }

  private void makeBlocks(String table, String bounds, int... ns) {
    database.sql("CREATE TABLE %s PARTITION OF blocks FOR VALUES %s".formatted(table, bounds));
    for (int i = 0; i < ns.length; i++) {
      database.sql(
          """
          INSERT INTO blocks SELECT t + %d * interval '1 hour', 1, t + (%d + 0.5) * interval '1 hour', 2, %d, 9, '{7}', '{INFO}',
            '', '', '', '', '', '', '', ''
          FROM (SELECT coalesce(since, until - interval '1 day') AS t FROM logagg_partition_bounds('%s'::regclass)) AS p"""
              .formatted(i, i, ns[i], table));
    }
  }

  @Test
  void shouldTellWhatIsSealedInAnyStyleOfDates() {
    makeBlocks("blocks_before_1970", "FROM (MINVALUE) TO ('1970-01-01 00:00:00+00')", 5);
    makeBlocks(
        "blocks_d20260305",
        "FROM ('2026-03-05 00:00:00+00') TO ('2026-03-06 00:00:00+00')",
        4000,
        7);
    makeBlocks("blocks_m202604", "FROM ('2026-04-01 00:00:00+00') TO ('2026-05-01 00:00:00+00')");
    makeBlocks("blocks_from_2100", "FROM ('2100-01-01 00:00:00+00') TO (MAXVALUE)", 1);
    String shown =
        """
        SELECT concat_ws('|', partition, coalesce(extract(epoch FROM since)::bigint::text, 'none'),
          coalesce(extract(epoch FROM until)::bigint::text, 'none'), extract(epoch FROM first_timestamp)::bigint,
          extract(epoch FROM last_timestamp)::bigint, blocks, records) FROM sealed_ranges_view ORDER BY first_timestamp""";
    List<String> expected =
        List.of(
            "blocks_before_1970|none|0|-86400|-84600|1|5",
            "blocks_d20260305|1772668800|1772755200|1772668800|1772674200|2|4007",
            "blocks_from_2100|4102444800|none|4102444800|4102446600|1|1");
    assertEquals(expected, database.texts(shown));
    for (String style : List.of("SQL, DMY", "German", "Postgres, MDY")) {
      database.sql("SET datestyle = '%s'; SET TIME ZONE 'Asia/Kolkata'".formatted(style));
      assertEquals(expected, database.texts(shown), style);
    }
    assertEquals(
        database.number("SELECT pg_total_relation_size('blocks_d20260305')"),
        database.number(
            "SELECT bytes FROM sealed_ranges_view WHERE partition = 'blocks_d20260305'"));
  }

  @Test
  void shouldSayWhatEachViewDoesNotCover() {
    List<String> comments =
        database.texts(
            """
            SELECT obj_description(oid, 'pg_class') FROM pg_class
            WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace""");
    assertEquals(5, comments.size());
    assertTrue(comments.stream().allMatch(text -> text.contains("Not in it:")), comments::toString);
  }
}
