package io.logagg.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.block.Block;
import io.logagg.block.BlockRow;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SealedBlockTest {
  private static List<BlockRow> rows(int count, int chars) {
    return IntStream.range(0, count)
        .mapToObj(i -> new BlockRow(i, i + 1, i, 1, "INFO", "", "m".repeat(chars), "{}", ""))
        .toList();
  }

  @Test
  void shouldMakeOneOfWhatFitsIntoOne() {
    List<SealedBlock> blocks = SealedBlock.split(rows(4000, 100));
    assertEquals(1, blocks.size());
    assertEquals(4000, blocks.get(0).block().rows());
  }

  @Test
  void shouldMakeMoreOfWhatDoesNot() {
    List<SealedBlock> blocks = SealedBlock.split(rows(10, Block.MAX_CHARS / 4));
    assertEquals(List.of(3, 3, 3, 1), blocks.stream().map(made -> made.block().rows()).toList());
    assertEquals(
        List.of(0L, 3L, 6L, 9L),
        blocks.stream().map(made -> made.first().timestampMicros()).toList());
    assertEquals(
        List.of(2L, 5L, 8L, 9L),
        blocks.stream().map(made -> made.last().timestampMicros()).toList());
  }

  @Test
  void shouldMakeOneOfARecordThatIsLargerThanABlock() {
    List<SealedBlock> blocks = SealedBlock.split(rows(1, Block.MAX_CHARS + 1));
    assertEquals(1, blocks.size());
  }
}
