package io.logagg.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.block.Block;
import io.logagg.block.BlockRow;
import io.logagg.block.Column;
import io.logagg.seal.BlockFaults.Found;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found in a block of some records, one thing of which is not as it must be. */
final class BlockFaultsTest {
  private static final int ROWS = 100;
  private static final long FIRST_MICROS = 1_000_000;

  private static BlockRow row(int i) {
    return row(i, "{\"user\":\"u%d\",\"n\":%d.50}".formatted(i, i));
  }

  private static BlockRow row(int i, String metadata) {
    return new BlockRow(
        FIRST_MICROS + i / 2,
        i,
        FIRST_MICROS + 5,
        1 + i % 2,
        i % 3 == 0 ? "ERROR" : "INFO",
        "s",
        "message number " + i,
        metadata,
        "");
  }

  private static List<BlockRow> rows() {
    List<BlockRow> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(row(i));
    }
    return rows;
  }

  private static final SealedBlock GOOD = SealedBlock.of(rows());

  private static List<String> faults(SealedBlock block) {
    return BlockFaults.in(block, FIRST_MICROS, FIRST_MICROS + ROWS).faults();
  }

  private static void assertFault(String begins, SealedBlock block) {
    List<String> faults = faults(block);
    assertEquals(1, faults.size(), faults::toString);
    assertTrue(faults.get(0).startsWith(begins), faults::toString);
  }

  private static SealedBlock with(Block block) {
    return new SealedBlock(
        block,
        GOOD.first(),
        GOOD.last(),
        GOOD.chars(),
        GOOD.apps(),
        GOOD.levels(),
        GOOD.trigrams(),
        GOOD.values());
  }

  private static SealedBlock with(BlockKey first, BlockKey last) {
    return new SealedBlock(
        GOOD.block(),
        first,
        last,
        GOOD.chars(),
        GOOD.apps(),
        GOOD.levels(),
        GOOD.trigrams(),
        GOOD.values());
  }

  private static SealedBlock with(long chars, List<Integer> apps, List<String> levels) {
    return new SealedBlock(
        GOOD.block(),
        GOOD.first(),
        GOOD.last(),
        chars,
        apps,
        levels,
        GOOD.trigrams(),
        GOOD.values());
  }

  private static SealedBlock with(byte[] trigrams, byte[] values) {
    return new SealedBlock(
        GOOD.block(),
        GOOD.first(),
        GOOD.last(),
        GOOD.chars(),
        GOOD.apps(),
        GOOD.levels(),
        Buffer.buffer(trigrams),
        Buffer.buffer(values));
  }

  @Test
  void shouldFindNothingInWhatWasJustMade() {
    Found found = BlockFaults.in(GOOD, FIRST_MICROS, FIRST_MICROS + ROWS);
    assertEquals(List.of(), found.faults());
    assertEquals(rows().stream().map(BlockKey::of).toList(), found.keys());
  }

  @ParameterizedTest
  @EnumSource(Column.class)
  void shouldFindAFlippedBitOfAColumn(Column column) {
    Map<Column, byte[]> columns = new EnumMap<>(GOOD.block().columns());
    byte[] damaged = columns.get(column).clone();
    damaged[damaged.length / 2] ^= 4;
    columns.put(column, damaged);
    assertFault(column.name().toLowerCase(Locale.ROOT) + ": ", with(new Block(ROWS, columns)));
  }

  @Test
  void shouldNameEachDamagedColumn() {
    Map<Column, byte[]> columns = new EnumMap<>(GOOD.block().columns());
    columns.replaceAll((column, bytes) -> new byte[3]);
    List<String> faults = faults(with(new Block(ROWS, columns)));
    assertEquals(Column.values().length, faults.size(), faults::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, Block.MAX_ROWS + 1, Integer.MAX_VALUE})
  void shouldNotDecodeByANumberThatCannotBe(int rows) {
    assertFault("n is " + rows, with(new Block(rows, GOOD.block().columns())));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, ROWS - 1, ROWS + 1, Block.MAX_ROWS})
  void shouldFindAnotherNumberOfRecords(int rows) {
    List<String> faults = faults(with(new Block(rows, GOOD.block().columns())));
    assertEquals(Column.values().length, faults.size(), faults::toString);
  }

  @Test
  void shouldFindOtherFirstAndLastKeys() {
    BlockKey first = GOOD.first();
    BlockKey last = GOOD.last();
    assertFault("since", with(new BlockKey(first.timestampMicros() - 1, first.seq()), last));
    assertFault("since", with(new BlockKey(first.timestampMicros(), first.seq() + 1), last));
    assertFault("until", with(first, new BlockKey(last.timestampMicros() + 1, last.seq())));
    assertFault("until", with(first, new BlockKey(last.timestampMicros(), last.seq() - 1)));
  }

  @Test
  void shouldFindRecordsOutOfOrderAndDoubledOnes() {
    List<BlockRow> rows = rows();
    Collections.swap(rows, 5, 6);
    assertFault("record ", SealedBlock.of(rows));
    rows = rows();
    rows.set(6, rows.get(5));
    assertFault("record ", SealedBlock.of(rows));
  }

  @Test
  void shouldFindRecordsOutsideOfThePartition() {
    Found found = BlockFaults.in(GOOD, FIRST_MICROS + 1, FIRST_MICROS + ROWS);
    assertTrue(found.faults().get(0).endsWith("is not of its partition"), found::toString);
    found = BlockFaults.in(GOOD, FIRST_MICROS, GOOD.last().timestampMicros());
    assertEquals(1, found.faults().size(), found::toString);
  }

  @Test
  void shouldFindOtherCharsAppsAndLevels() {
    assertFault("chars is", with(GOOD.chars() + 1, GOOD.apps(), GOOD.levels()));
    assertFault("apps are [1]", with(GOOD.chars(), List.of(1), GOOD.levels()));
    assertFault("levels are [INFO]", with(GOOD.chars(), GOOD.apps(), List.of("INFO")));
    assertFault("levels are []", with(GOOD.chars(), GOOD.apps(), List.of()));
    assertEquals(
        List.of(),
        faults(with(GOOD.chars(), List.of(2, 1), List.of("INFO", "ERROR"))),
        "their order says nothing");
  }

  @Test
  void shouldFindEachBitThatAFilterLacks() {
    byte[] trigrams = GOOD.trigrams().getBytes();
    byte[] values = GOOD.values().getBytes();
    for (int bit = 0; bit < Byte.SIZE * trigrams.length; bit++) {
      byte[] less = cleared(trigrams, bit);
      if (less[bit / Byte.SIZE] != trigrams[bit / Byte.SIZE]) {
        assertFault("trigrams: 1 bits", with(less, values));
      }
    }
    for (int bit = 0; bit < Byte.SIZE * values.length; bit++) {
      byte[] less = cleared(values, bit);
      if (less[bit / Byte.SIZE] != values[bit / Byte.SIZE]) {
        assertFault("vals: ", with(trigrams, less));
      }
    }
  }

  private static byte[] cleared(byte[] bytes, int bit) {
    byte[] less = bytes.clone();
    less[bit / Byte.SIZE] &= (byte) ~(1 << (bit % Byte.SIZE));
    return less;
  }

  @Test
  void shouldFindFiltersOfLengthsThatCannotBe() {
    byte[] trigrams = GOOD.trigrams().getBytes();
    byte[] values = GOOD.values().getBytes();
    assertFault("trigrams: 4095 bytes", with(Arrays.copyOf(trigrams, 4095), values));
    assertFault("trigrams: 0 bytes", with(new byte[0], values));
    assertFault("vals: 63 bytes", with(trigrams, new byte[63]));
    assertFault("vals: 65600 bytes", with(trigrams, new byte[65_600]));
  }

  /** So a later program may make them otherwise, and an earlier one's are still good. */
  @Test
  void shouldAllowFiltersThatSayMore() {
    byte[] all = new byte[64];
    Arrays.fill(all, (byte) 0xFF);
    byte[] trigrams = GOOD.trigrams().getBytes();
    assertEquals(List.of(), faults(with(trigrams, all)));
    assertEquals(List.of(), faults(with(trigrams, new byte[0])), "it says perhaps to all");
    Arrays.fill(trigrams, (byte) 0xFF);
    assertEquals(List.of(), faults(with(trigrams, GOOD.values().getBytes())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "7", "{\"a\":1} 2", "{\"a\":tru}", "{\"a\":1}}", "{'a':1}"})
  void shouldFindMetadataThatIsNoObject(String metadata) {
    List<BlockRow> rows = rows();
    rows.set(7, row(7, metadata));
    rows.set(9, row(9, metadata));
    List<String> faults = faults(SealedBlock.of(rows));
    assertEquals(
        List.of("metadata: of 2 records it is no JSON object, the first is number 8"), faults);
  }

  @Test
  void shouldFindAFilterThatTellsWhatCannotBeTold() {
    List<BlockRow> rows = rows();
    String number = "1" + "0".repeat(2000);
    rows.set(7, row(7, "{\"n\":%s}".formatted(number)));
    SealedBlock made = SealedBlock.of(rows);
    assertEquals(0, made.values().length(), "a number that has no form that all spellings share");
    assertEquals(List.of(), faults(made));
    SealedBlock told =
        new SealedBlock(
            made.block(),
            made.first(),
            made.last(),
            made.chars(),
            made.apps(),
            made.levels(),
            made.trigrams(),
            GOOD.values());
    assertFault("vals: ", told);
  }
}
