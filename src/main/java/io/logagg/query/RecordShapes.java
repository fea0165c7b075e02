package io.logagg.query;

import io.logagg.block.Column;
import io.logagg.query.BlockMerge.Shape;
import io.logagg.record.RecordIds;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.SealedBlock.BlockKey;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/** What scans make of records of blocks. */
final class RecordShapes {
  /** Whole records. */
  static final Shape<LogRow> ROWS =
      new Shape<>() {
        @Override
        public Set<Column> columns() {
          return EnumSet.allOf(Column.class);
        }

        @Override
        public LogRow of(BlockRecords records, int row) {
          return LogRow.of(records, row);
        }

        @Override
        public BlockKey key(LogRow made) {
          return RecordShapes.key(made.id());
        }

        @Override
        public int bytes(LogRow made) {
          return made.message().length() + made.metadata().length() + 200;
        }
      };

  /** Only their places. */
  static final Shape<BlockKey> KEYS =
      new Shape<>() {
        @Override
        public Set<Column> columns() {
          return EnumSet.of(Column.IDS);
        }

        @Override
        public BlockKey of(BlockRecords records, int row) {
          return records.key(row);
        }

        @Override
        public BlockKey key(BlockKey made) {
          return made;
        }

        @Override
        public int bytes(BlockKey made) {
          return 16;
        }
      };

  private RecordShapes() {}

  /** The place of the record with this id. */
  static BlockKey key(UUID id) {
    return new BlockKey(RecordIds.timestampMicros(id), RecordIds.seq(id));
  }
}
