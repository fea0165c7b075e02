package io.logagg.block;

import com.github.luben.zstd.ZstdCompressCtx;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Records in the order of their time and number, column by column. Its numbers of records, times
 * and names stand beside it where it is kept, so that most blocks need not be looked into.
 *
 * @param rows how many records
 * @param columns what is kept of each column
 */
public record Block(int rows, Map<Column, byte[]> columns) {
  /** Records in one block, at the most. */
  public static final int MAX_ROWS = 4096;

  /** Text in one block, in characters, at the most; but a single record may have more. */
  public static final int MAX_CHARS = 16 << 20;

  public Block {
    columns = Map.copyOf(columns);
  }

  /**
   * Makes one. Takes about two microseconds a record.
   *
   * @param rows in the order of their time and number; not empty, at most {@link #MAX_ROWS}
   */
  public static Block of(List<BlockRow> rows) {
    if (rows.isEmpty() || rows.size() > MAX_ROWS) {
      throw new IllegalArgumentException(rows.size() + " rows");
    }
    Map<Column, byte[]> columns = new EnumMap<>(Column.class);
    try (ZstdCompressCtx compressor = new ZstdCompressCtx()) {
      BiConsumer<Column, ColumnWriter> seal =
          (column, content) -> columns.put(column, ColumnFrame.seal(column, content, compressor));
      int few = 4 * rows.size();
      int many = 128 * rows.size();
      seal.accept(Column.IDS, written(few, out -> Ids.write(out, rows)));
      seal.accept(Column.RECEIVED, written(few, out -> writeReceived(out, rows)));
      seal.accept(Column.NAMES, written(few, out -> Names.write(out, rows)));
      seal.accept(Column.MESSAGES, written(many, out -> Texts.write(out, rows, BlockRow::message)));
      seal.accept(
          Column.METADATA, written(many, out -> Texts.write(out, rows, BlockRow::metadata)));
      seal.accept(
          Column.SOURCE_IDS, written(few, out -> Texts.write(out, rows, BlockRow::sourceId)));
    }
    return new Block(rows.size(), columns);
  }

  private interface Content {
    void write(ColumnWriter out);
  }

  private static ColumnWriter written(int capacity, Content content) {
    ColumnWriter out = new ColumnWriter(capacity);
    content.write(out);
    return out;
  }

  private static void writeReceived(ColumnWriter out, List<BlockRow> rows) {
    long before = 0;
    for (BlockRow row : rows) {
      out.zigzag(row.receivedAtMicros() - before);
      before = row.receivedAtMicros();
    }
  }

  private byte[] content(Column column) {
    byte[] kept = columns.get(column);
    if (kept == null) {
      throw new IllegalStateException(column + " was not read");
    }
    return ColumnFrame.open(column, kept);
  }

  /** Throws {@link CorruptBlockException} like all that read a column. */
  public Ids ids() {
    return Ids.read(content(Column.IDS), rows);
  }

  /** When each was received, in microseconds since the Unix epoch. */
  public long[] received() {
    byte[] content = content(Column.RECEIVED);
    ColumnReader in = new ColumnReader(content, 0, content.length);
    long[] received = new long[rows];
    long before = 0;
    for (int i = 0; i < rows; i++) {
      before += in.zigzag();
      received[i] = before;
    }
    in.mustEnd();
    return received;
  }

  public Names names() {
    return Names.read(content(Column.NAMES), rows);
  }

  /** Those of messages, metadata and producers' ids. */
  public Texts texts(Column column) {
    return Texts.read(content(column), rows);
  }
}
