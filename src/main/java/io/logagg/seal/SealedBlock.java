package io.logagg.seal;

import io.logagg.block.Block;
import io.logagg.block.BlockRow;
import io.logagg.block.Trigrams;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A block with what stands beside it in its table.
 *
 * @param chars of messages and metadata
 * @param apps the numbers of its apps
 * @param levels of its records
 * @param trigrams of its messages, see {@link Trigrams}
 * @param values of its metadata, see {@link io.logagg.block.ValueFilter}
 */
public record SealedBlock(
    Block block,
    BlockKey first,
    BlockKey last,
    long chars,
    List<Integer> apps,
    List<String> levels,
    Buffer trigrams,
    Buffer values) {

  /** Where a record stands in the order of all: its time in microseconds, and its number. */
  public record BlockKey(long timestampMicros, long seq) implements Comparable<BlockKey> {
    private static final Comparator<BlockKey> ORDER =
        Comparator.comparingLong(BlockKey::timestampMicros).thenComparingLong(BlockKey::seq);

    public static BlockKey of(BlockRow row) {
      return new BlockKey(row.timestampMicros(), row.seq());
    }

    @Override
    public int compareTo(BlockKey other) {
      return ORDER.compare(this, other);
    }
  }

  public SealedBlock {
    apps = List.copyOf(apps);
    levels = List.copyOf(levels);
  }

  /**
   * Makes as many as it takes: one, but where records have grown since they were in one.
   *
   * @param rows as for {@link #of}
   */
  public static List<SealedBlock> split(List<BlockRow> rows) {
    List<SealedBlock> blocks = new ArrayList<>();
    int from = 0;
    long chars = 0;
    for (int row = 0; row < rows.size(); row++) {
      long size = chars(rows.get(row));
      if (row > from && chars + size > Block.MAX_CHARS) {
        blocks.add(of(rows.subList(from, row)));
        from = row;
        chars = 0;
      }
      chars += size;
    }
    blocks.add(of(rows.subList(from, rows.size())));
    return blocks;
  }

  private static long chars(BlockRow row) {
    return (long) row.message().length() + row.metadata().length();
  }

  /**
   * Makes one. Takes some microseconds a record, so not on an event loop.
   *
   * @param rows in the order of their keys; not empty, at most {@link Block#MAX_ROWS}
   */
  public static SealedBlock of(List<BlockRow> rows) {
    Trigrams trigrams = new Trigrams();
    MetadataValues values = new MetadataValues();
    for (BlockRow row : rows) {
      trigrams.add(row.message());
      values.add(row.metadata());
    }
    return new SealedBlock(
        Block.of(rows),
        BlockKey.of(rows.get(0)),
        BlockKey.of(rows.get(rows.size() - 1)),
        rows.stream().mapToLong(SealedBlock::chars).sum(),
        rows.stream().map(BlockRow::appId).distinct().sorted().toList(),
        rows.stream().map(BlockRow::level).distinct().sorted().toList(),
        Buffer.buffer(trigrams.bytes()),
        Buffer.buffer(values.filter()));
  }
}
