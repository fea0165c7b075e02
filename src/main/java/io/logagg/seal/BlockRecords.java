package io.logagg.seal;

import io.logagg.block.Block;
import io.logagg.block.BlockRow;
import io.logagg.block.Column;
import io.logagg.block.CorruptBlockException;
import io.logagg.block.Ids;
import io.logagg.block.Names;
import io.logagg.block.Texts;
import io.logagg.filter.RecordView;
import io.logagg.record.RecordIds;
import io.logagg.seal.SealedBlock.BlockKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The records of a block, each column decoded when something of it is first asked for. All that
 * decode throw {@link CorruptBlockException}. Used by one thread at a time.
 */
public final class BlockRecords {
  private final Block block;
  private final Map<Integer, String> apps;
  private final Map<Column, Texts> texts = new EnumMap<>(Column.class);
  private @Nullable Ids ids;
  private @Nullable Names names;
  private long @Nullable [] received;

  /**
   * @param block with the columns that are going to be asked for
   * @param apps the names of those that are not deleted
   */
  public BlockRecords(Block block, Map<Integer, String> apps) {
    this.block = block;
    this.apps = Map.copyOf(apps);
  }

  /** The same with more columns, of the same block; what was decoded is not decoded again. */
  public BlockRecords with(Block more) {
    Map<Column, byte[]> columns = new EnumMap<>(block.columns());
    columns.putAll(more.columns());
    BlockRecords all = new BlockRecords(new Block(block.rows(), columns), apps);
    all.ids = ids;
    all.names = names;
    all.received = received;
    all.texts.putAll(texts);
    return all;
  }

  public int count() {
    return block.rows();
  }

  /** Those that are not deleted, by their numbers. */
  Map<Integer, String> apps() {
    return apps;
  }

  public Ids ids() {
    Ids known = ids;
    if (known == null) {
      known = block.ids();
      ids = known;
    }
    return known;
  }

  /** Where a record stands in the order of all. */
  public BlockKey key(int row) {
    return new BlockKey(ids().timestampMicros(row), ids().seq(row));
  }

  public Names names() {
    Names known = names;
    if (known == null) {
      known = block.names();
      names = known;
    }
    return known;
  }

  private long receivedAtMicros(int row) {
    long[] known = received;
    if (known == null) {
      known = block.received();
      received = known;
    }
    return known[row];
  }

  /** Of messages, metadata or producers' ids. */
  public Texts texts(Column column) {
    return texts.computeIfAbsent(column, block::texts);
  }

  /** Decodes a column, as whoever asks for something of it does. */
  void decode(Column column) {
    switch (column) {
      case IDS -> ids();
      case RECEIVED -> receivedAtMicros(0);
      case NAMES -> names();
      case MESSAGES, METADATA, SOURCE_IDS -> texts(column);
    }
  }

  /** The record as a row of {@code logs}, whatever became of its app. */
  public BlockRow row(int row) {
    return new BlockRow(
        ids().timestampMicros(row),
        ids().seq(row),
        receivedAtMicros(row),
        names().apps().get(row),
        names().levels().get(row),
        names().services().get(row),
        texts(Column.MESSAGES).get(row),
        texts(Column.METADATA).get(row),
        texts(Column.SOURCE_IDS).get(row));
  }

  /** A record of an app that is not deleted. */
  public RecordView record(int row) {
    return new View(row);
  }

  private final class View implements RecordView {
    private final int row;

    View(int row) {
      this.row = row;
    }

    @Override
    public String app() {
      int app = names().apps().get(row);
      String name = apps.get(app);
      if (name == null) {
        throw new IllegalStateException("app " + app + " is deleted");
      }
      return name;
    }

    @Override
    public String level() {
      return names().levels().get(row);
    }

    @Override
    public String service() {
      return names().services().get(row);
    }

    @Override
    public String message() {
      return texts(Column.MESSAGES).get(row);
    }

    @Override
    public long timestampMicros() {
      return ids().timestampMicros(row);
    }

    @Override
    public long receivedAtMicros() {
      return BlockRecords.this.receivedAtMicros(row);
    }

    @Override
    public UUID id() {
      return RecordIds.of(timestampMicros(), ids().seq(row));
    }

    @Override
    public String sourceId() {
      return texts(Column.SOURCE_IDS).get(row);
    }

    @Override
    public String metadata() {
      return texts(Column.METADATA).get(row);
    }
  }
}
