package io.logagg.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {
  private static List<BlockRow> rows(Block block) {
    Ids ids = block.ids();
    long[] received = block.received();
    Names names = block.names();
    Texts messages = block.texts(Column.MESSAGES);
    Texts metadata = block.texts(Column.METADATA);
    Texts sources = block.texts(Column.SOURCE_IDS);
    List<BlockRow> rows = new ArrayList<>();
    for (int i = 0; i < block.rows(); i++) {
      rows.add(
          new BlockRow(
              ids.timestampMicros(i),
              ids.seq(i),
              received[i],
              names.apps().get(i),
              names.levels().get(i),
              names.services().get(i),
              messages.get(i),
              metadata.get(i),
              sources.get(i)));
    }
    return rows;
  }

  /** Everything of a block, so that damage anywhere is met. */
  private static void read(Block block) {
    assertEquals(block.rows(), rows(block).size());
  }

  private static Block with(Block block, Column column, byte[] bytes) {
    Map<Column, byte[]> columns = new EnumMap<>(block.columns());
    columns.put(column, bytes);
    return new Block(block.rows(), columns);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100, 1000, Block.MAX_ROWS})
  void shouldHoldWhatItWasMadeOf(int count) {
    for (int seed = 0; seed < 10; seed++) {
      List<BlockRow> rows = new RandomRows(seed).rows(count);
      assertEquals(rows, rows(Block.of(rows)), "seed " + seed);
    }
  }

  @Test
  void shouldRefuseNoneAndTooMany() {
    assertThrows(IllegalArgumentException.class, () -> Block.of(List.of()));
    List<BlockRow> tooMany = new RandomRows(1).rows(Block.MAX_ROWS + 1);
    assertThrows(IllegalArgumentException.class, () -> Block.of(tooMany));
  }

  @Test
  void shouldNoticeEveryBitThatIsDamaged() {
    SplittableRandom random = new SplittableRandom(7);
    Block block = Block.of(new RandomRows(7).rows(50));
    for (Column column : Column.values()) {
      byte[] whole = block.columns().get(column);
      for (int i = 0; i < whole.length; i++) {
        byte[] damaged = whole.clone();
        damaged[i] ^= (byte) (1 << random.nextInt(8));
        Block broken = with(block, column, damaged);
        assertThrows(CorruptBlockException.class, () -> read(broken), column + " at " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Column.class)
  void shouldNoticeThatAColumnIsCutOrAnothers(Column column) {
    Block block = Block.of(new RandomRows(3).rows(20));
    byte[] whole = block.columns().get(column);
    for (int length = 0; length < whole.length; length++) {
      Block cut = with(block, column, java.util.Arrays.copyOf(whole, length));
      assertThrows(CorruptBlockException.class, () -> read(cut));
    }
    Column other = column == Column.IDS ? Column.NAMES : Column.IDS;
    Block swapped = with(block, column, block.columns().get(other));
    assertThrows(CorruptBlockException.class, () -> read(swapped));
  }

  /** A checksum says nothing against what was made to fit it. */
  @Test
  void shouldRefuseColumnsOfAnotherNumberOfRows() {
    Block few = Block.of(new RandomRows(3).rows(20));
    for (Column column : Column.values()) {
      for (int rows : new int[] {19, 21}) {
        Block other = Block.of(new RandomRows(4).rows(rows));
        Block mixed = with(few, column, other.columns().get(column));
        assertThrows(CorruptBlockException.class, () -> read(mixed), column + " of " + rows);
      }
    }
  }

  @Test
  void shouldTellProcessesThatCountApart() {
    List<BlockRow> rows = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      long start = (i % 5 + 1L) << 57;
      rows.add(new BlockRow(i, start + i, i, 1, "INFO", "", "m", "{}", ""));
    }
    Block block = Block.of(rows);
    assertEquals(rows, rows(block));
    int bytes = block.columns().get(Column.IDS).length;
    assertTrue(bytes < 400, () -> bytes + " bytes");
  }

  @Test
  void shouldKeepTextsInOneArray() {
    Texts texts = Block.of(new RandomRows(5).rows(10)).texts(Column.MESSAGES);
    assertEquals(10, texts.count());
    assertEquals(texts.end(3), texts.start(4));
    byte[] third = texts.get(3).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertArrayEquals(
        third, java.util.Arrays.copyOfRange(texts.bytes(), texts.start(3), texts.end(3)));
  }
}
