package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.block.CorruptBlockException;
import io.logagg.persistence.BlockCheck.Checked;
import io.logagg.query.LogSearch;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.seal.SealedBlock.BlockKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Blocks of three days as {@link Sealing} makes them, the middle one of which is damaged by SQL.
 */
final class BlockCheckTest {
  private final SealedLogs sealing = new SealedLogs();
  private final KeptLogs logs = sealing.logs;
  private final BlockCheck check = new BlockCheck(logs.database().database());
  private final List<LogRecord> damagedDay = new ArrayList<>();

  @BeforeEach
  void sealThreeDays() {
    for (int i = 0; i < 50; i++) {
      damagedDay.add(
          logs.record(
              logs.today.minusDays(4), Duration.ofMinutes(i), i % 2 == 0 ? "a" : "b", "text " + i));
    }
    logs.write(logs.old(3, "a"), logs.old(5, "b"));
    logs.write(damagedDay);
    logs.database().sql("UPDATE commits SET stored_at = now() - interval '2 days'");
    order(StorageOrders.Kind.SEAL);
  }

  @AfterEach
  void close() {
    sealing.close();
  }

  private void order(StorageOrders.Kind kind) {
    StorageOrders orders = new StorageOrders(logs.database().database());
    assertTrue(await(orders.add(kind, logs.midnight(10), logs.midnight(0))).isPresent());
    sealing.pass();
  }

  private List<Checked> all() {
    List<Checked> all = new ArrayList<>();
    BlockKey at = null;
    for (Optional<Checked> next = await(check.next(at));
        next.isPresent();
        next = await(check.next(at))) {
      all.add(next.get());
      at = next.get().first();
    }
    return all;
  }

  /** Sets a column of the block in the middle. */
  private void damage(String set) {
    String day = logs.today.minusDays(4).toString();
    assertEquals(
        1,
        logs.database()
            .sql("UPDATE blocks SET %s WHERE since::date = '%s'".formatted(set, day))
            .rowCount());
  }

  private String fault() {
    List<Checked> all = all();
    assertEquals(3, all.size());
    assertEquals(List.of(), all.get(0).faults());
    assertEquals(List.of(), all.get(2).faults());
    Checked damaged = all.get(1);
    assertTrue(damaged.name().startsWith("block " + logs.today.minusDays(4)), damaged.name());
    assertEquals(1, damaged.faults().size(), damaged.faults()::toString);
    return damaged.faults().get(0);
  }

  @Test
  void shouldFindNothingWrongWithWhatWasSealed() {
    List<Checked> all = all();
    assertEquals(List.of(1, 50, 1), all.stream().map(Checked::records).toList());
    all.forEach(checked -> assertEquals(List.of(), checked.faults(), checked.name()));
    assertEquals(3, await(check.blocks()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ids = set_byte(ids, 20, get_byte(ids, 20) # 1) | ids: ",
        "received = set_byte(received, 9, get_byte(received, 9) # 128) | received: ",
        "names = '' | names: ",
        "messages = substr(messages, 2) | messages: ",
        "metadata = messages | metadata: ",
        "source_ids = substr(source_ids, 1, 5) | source_ids: ",
        "levels = '{}' | levels are []",
        "levels = '{INFO,NULL}' | levels are [INFO, null]",
        "apps = array_append(apps, 77) | apps are ",
        "chars = chars + 1 | chars is ",
        "until = until + interval '1 day' | until and last_seq ",
        "last_seq = last_seq - 1 | until and last_seq ",
        "first_seq = first_seq + 1 | since and first_seq ",
        "trigrams = decode(repeat('00', 4096), 'hex') | trigrams: ",
        "trigrams = substr(trigrams, 2) | trigrams: 4095 bytes",
        "vals = '\\x00' | vals: 1 bytes",
        "n = 0 | n is 0",
        "n = 2147483647 | n is 2147483647"
      })
  void shouldNameTheBlockThatIsDamagedAndWhatIsWrong(String set, String begins) {
    damage(set);
    String fault = fault();
    assertTrue(fault.startsWith(begins), fault);
  }

  @Test
  void shouldFindAWrongNumberOfRecordsInEachColumn() {
    damage("n = n - 1");
    assertEquals(6, all().get(1).faults().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 4097})
  void shouldNameToReadersABlockThatCannotHaveSoManyRecords(int n) {
    damage("n = " + n);
    LogSearch search = new LogSearch(logs.database().database());
    CorruptBlockException e =
        assertThrows(
            CorruptBlockException.class,
            () -> await(search.find(AppAccess.ALL, damagedDay.get(1).id())));
    assertTrue(e.getMessage().startsWith("block " + logs.today.minusDays(4)), e.getMessage());
    assertTrue(e.getMessage().endsWith(": n is " + n), e.getMessage());
  }

  @Test
  void shouldFindARecordThatIsARowAsWell() {
    LogRecord doubled = damagedDay.get(7);
    logs.write(logs.record(logs.today.minusDays(4), Duration.ofMinutes(8), "a", "late"));
    assertEquals(List.of(), all().get(1).faults(), "one of the same time is another");
    logs.database()
        .sql(
            """
            INSERT INTO logs ("timestamp", seq, received_at, app_id, level, service, message, metadata_, source_id)
            SELECT logagg_record_timestamp('%1$s'), logagg_record_seq('%1$s'), now(), min(id), 'INFO', '', 'm', '{}', '' FROM apps"""
                .formatted(doubled.id()));
    String fault = fault();
    assertEquals("1 of its records are rows of logs, too, the first is " + doubled.id(), fault);
  }

  /** A table in the place of the other, which PostgreSQL cannot read one value of. */
  @Test
  void shouldNameABlockThatPostgresCannotRead() {
    logs.database()
        .sql(
            """
            CREATE FUNCTION unreadable(of bytea) RETURNS bytea LANGUAGE plpgsql STABLE AS $$ BEGIN
              RAISE EXCEPTION 'missing chunk number 0' USING ERRCODE = 'data_corrupted';
            END $$;
            ALTER TABLE blocks RENAME TO kept_blocks;
            CREATE VIEW blocks AS SELECT tableoid, since, first_seq, until, last_seq, n, chars, apps, levels, ids, received, names,
              CASE WHEN n = 50 THEN unreadable(messages) ELSE messages END AS messages, metadata, source_ids, trigrams, vals
            FROM kept_blocks""");
    assertEquals("PostgreSQL cannot read it: missing chunk number 0 (SQLSTATE XX001)", fault());
  }

  @Test
  void shouldNotMissABlockThatIsGoneMeanwhile() {
    BlockKey first = await(check.next(null)).orElseThrow().first();
    order(StorageOrders.Kind.UNSEAL);
    assertEquals(Optional.empty(), await(check.next(first)));
    assertEquals(Optional.empty(), await(check.next(null)));
  }
}
