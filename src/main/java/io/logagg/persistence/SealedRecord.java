package io.logagg.persistence;

import io.logagg.block.BlockRow;
import io.logagg.record.AppAccess;
import io.logagg.record.RecordIds;
import io.logagg.seal.BlockTable;
import io.logagg.seal.BlockTable.Header;
import io.logagg.seal.SealedBlock.BlockKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One record that may be in a block.
 *
 * @param access of the one who asks, who sees no others
 */
record SealedRecord(AppAccess access, UUID id) {

  /**
   * Changes it; whether there was one.
   *
   * @param connection in a transaction that has {@link MoveLock#shared}
   * @param change see {@link BlockEdit#change}
   */
  Future<Boolean> change(SqlConnection connection, Function<BlockRow, @Nullable BlockRow> change) {
    BlockKey key = new BlockKey(RecordIds.timestampMicros(id), RecordIds.seq(id));
    return BlockTable.holding(connection, key)
        .compose(headers -> change(connection, headers, key, change));
  }

  private Future<Boolean> change(
      SqlConnection connection,
      List<Header> headers,
      BlockKey key,
      Function<BlockRow, @Nullable BlockRow> change) {
    if (headers.isEmpty()) {
      return Future.succeededFuture(false);
    }
    Header header = headers.get(0);
    return BlockTable.apps(connection, header.apps())
        .compose(
            apps -> {
              Map<Integer, String> seen =
                  apps.entrySet().stream()
                      .filter(app -> access.permits(app.getValue()))
                      .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
              boolean[] found = new boolean[1];
              return BlockEdit.change(
                      connection,
                      header,
                      row -> {
                        if (!BlockKey.of(row).equals(key) || !seen.containsKey(row.appId())) {
                          return row;
                        }
                        found[0] = true;
                        return change.apply(row);
                      })
                  .compose(
                      done ->
                          found[0]
                              ? Future.succeededFuture(true)
                              : change(
                                  connection, headers.subList(1, headers.size()), key, change));
            });
  }
}
