package io.logagg.seal;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.block.BlockRow;
import io.logagg.block.Column;
import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.filter.Sql;
import io.logagg.seal.BlockTable.Header;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No block is left out that has what is asked for, and most that have not are. */
final class BlockConditionsTest {
  private static final List<String> WORDS =
      List.of("connection", "Refused", "timeout", "user", "4711", "ÄPFEL", "a_b%c", "zürich", "x");

  private static final List<String> PATHS = List.of("k", "http.status", "a.b", "trace");

  private final TestDatabase database = TestDatabase.open();
  private final PgConnection connection = database.connect();
  private final Random random = new Random(1);

  @AfterEach
  void close() {
    database.close();
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private String metadata() {
    return switch (random.nextInt(5)) {
      case 0 -> "{}";
      case 1 ->
          "{\"k\":\""
              + any(WORDS)
              + "\",\"http.status\":"
              + any(List.of("200", "2e2", "5.50"))
              + "}";
      case 2 ->
          "{\"http\":{\"status\":"
              + random.nextInt(4)
              + "},\"trace\":\""
              + random.nextInt(50)
              + "\"}";
      case 3 -> "{\"a\":{\"b\":[1,\"" + any(WORDS) + "\",{\"c\":1}]}}";
      default -> "{\"a.b\":\"" + any(WORDS) + "\",\"k\":null}";
    };
  }

  private BlockRow row(int i) {
    String message = any(WORDS) + " " + any(WORDS) + " " + random.nextInt(30);
    return new BlockRow(
        TestRecords.NOW_MICROS + i,
        i,
        0,
        1,
        any(List.of("INFO", "WARN")),
        "",
        message,
        metadata(),
        "");
  }

  private Condition condition(List<BlockRow> rows, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 7)) {
      case 0, 1 -> Condition.test(Field.Column.MESSAGE, text(rows));
      case 2 ->
          Condition.test(
              new Field.Metadata(List.of(any(PATHS).split("[.]"))),
              new Match.Equal(any(List.of("200", "5.5", "1", "3", "49", any(WORDS)))));
      case 3 -> Condition.test(Field.Column.LEVEL, new Match.Equal(any(List.of("INFO", "DEBUG"))));
      case 4 -> Condition.and(List.of(condition(rows, depth - 1), condition(rows, depth - 1)));
      case 5 -> Condition.or(List.of(condition(rows, depth - 1), condition(rows, depth - 1)));
      default -> Condition.not(condition(rows, depth - 1));
    };
  }

  /** A part of some message or of none, in some case. */
  private Match text(List<BlockRow> rows) {
    String message = random.nextInt(3) == 0 ? "quixotic zebra" : any(rows).message();
    int from = random.nextInt(message.length());
    String part = message.substring(from, from + 1 + random.nextInt(message.length() - from));
    String cased = random.nextBoolean() ? part : part.toUpperCase(Locale.ROOT);
    return switch (random.nextInt(3)) {
      case 0 -> new Match.Equal(message);
      case 1 -> new Match.Pattern(List.of(cased.substring(0, cased.length() / 2), cased));
      default -> new Match.Contains(cased);
    };
  }

  private boolean isAsked(LogFilter filter) {
    Sql sql = BlockTable.headers();
    BlockConditions.add(sql, filter);
    return await(connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters()))).size()
        == 1;
  }

  @Test
  void shouldLeaveOutNoBlockThatHasWhatIsAskedFor() {
    database.sql(
        "CREATE TABLE blocks_all PARTITION OF blocks DEFAULT; INSERT INTO apps (name) VALUES ('shop')");
    int asked = 0;
    int having = 0;
    for (int round = 0; round < 12; round++) {
      List<BlockRow> rows = new ArrayList<>();
      int count = 1 + random.nextInt(12);
      for (int i = 0; i < count; i++) {
        rows.add(row(i));
      }
      database.sql("TRUNCATE blocks");
      await(BlockTable.insert(connection, SealedBlock.of(rows)));
      Header header = await(BlockTable.headers(connection, BlockTable.headers())).get(0);
      BlockRecords records =
          new BlockRecords(
              await(BlockTable.columns(connection, header, EnumSet.allOf(Column.class)))
                  .orElseThrow(),
              Map.of(1, "shop"));
      for (int i = 0; i < 150; i++) {
        LogFilter filter = LogFilter.of(condition(rows, 2));
        BitSet found = new BlockMatcher(filter).matches(records);
        boolean isAsked = isAsked(filter);
        assertTrue(isAsked || found.isEmpty(), () -> filter + " in " + rows);
        asked += isAsked ? 1 : 0;
        having += found.isEmpty() ? 0 : 1;
      }
    }
    int others = asked - having;
    assertTrue(having > 500, "blocks with matches: " + having);
    assertTrue(others < 500, "blocks without, asked all the same: " + others);
  }

  @Test
  void shouldAskOnlyForTimesThatTheBlockHas() {
    database.sql(
        "CREATE TABLE blocks_all PARTITION OF blocks DEFAULT; INSERT INTO apps (name) VALUES ('shop')");
    await(BlockTable.insert(connection, SealedBlock.of(List.of(row(5), row(9)))));
    long now = TestRecords.NOW_MICROS;
    assertTrue(isAsked(LogFilter.ALL.within(now + 9, null)));
    assertFalse(isAsked(LogFilter.ALL.within(now + 10, null)));
    assertTrue(isAsked(LogFilter.ALL.within(null, now + 6)));
    assertFalse(isAsked(LogFilter.ALL.within(null, now + 5)));
  }
}
