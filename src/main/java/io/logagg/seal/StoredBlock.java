package io.logagg.seal;

import io.logagg.block.Block;
import io.logagg.block.Column;
import io.logagg.record.Timestamps;
import io.logagg.seal.BlockTable.Header;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that stands in the table about one block, for those who compare it with what it must be.
 *
 * @param partition the table that it stands in
 * @param block as it was read; nothing in it is decoded yet, and nothing need fit
 */
public record StoredBlock(String partition, SealedBlock block) {
  private static final String READ =
      """
      SELECT c.relname, b.chars, b.levels, b.trigrams, b.vals, b.ids, b.received, b.names, b.messages, b.metadata, b.source_ids
      FROM blocks b JOIN pg_class c ON c.oid = b.tableoid WHERE b.since = $1 AND b.first_seq = $2""";

  private static final int FIRST_COLUMN = 5;

  /** Reads one; empty if it is gone. */
  public static Future<Optional<StoredBlock>> read(SqlConnection connection, Header header) {
    return connection
        .preparedQuery(READ)
        .execute(Tuple.of(Timestamps.utc(header.first().timestampMicros()), header.first().seq()))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(of(header, rows.iterator().next())));
  }

  private static StoredBlock of(Header header, Row row) {
    Map<Column, byte[]> columns = new EnumMap<>(Column.class);
    int at = FIRST_COLUMN;
    for (Column column : Column.values()) {
      columns.put(column, row.getBuffer(at++).getBytes());
    }
    List<String> levels = Stream.of(row.getArrayOfStrings(2)).map(String::valueOf).toList();
    return new StoredBlock(
        row.getString(0),
        new SealedBlock(
            new Block(header.rows(), columns),
            header.first(),
            header.last(),
            row.getLong(1),
            header.apps(),
            levels,
            row.getBuffer(3),
            row.getBuffer(4)));
  }
}
