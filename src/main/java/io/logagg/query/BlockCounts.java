package io.logagg.query;

import io.logagg.block.Column;
import io.logagg.block.Names;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.seal.BlockRecords;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToIntFunction;
import java.util.function.ToIntFunction;

/** How many records of blocks there are of each place in time and of each name. */
final class BlockCounts {
  static final BlockCounts NONE = new BlockCounts(Map.of());

  private final Map<Group, Long> counts;

  private BlockCounts(Map<Group, Long> counts) {
    this.counts = counts;
  }

  private record Group(int at, int app, String level, String service) {}

  /**
   * Counts what any of these filters means; no record is meant by two.
   *
   * @param connection with a snapshot
   * @param place of a time in microseconds
   */
  static Future<BlockCounts> of(
      SqlConnection connection, List<LogFilter> parts, LongToIntFunction place) {
    Map<Group, Long> counts = new HashMap<>();
    Future<Void> chain = Future.succeededFuture();
    for (LogFilter part : parts) {
      chain =
          chain.compose(
              done ->
                  new BlockScan(connection, part)
                      .forEach(
                          EnumSet.of(Column.IDS, Column.NAMES),
                          (records, rows) -> add(counts, records, rows, place)));
    }
    return chain.map(done -> new BlockCounts(counts));
  }

  private static void add(
      Map<Group, Long> counts, BlockRecords records, BitSet rows, LongToIntFunction place) {
    Names names = records.names();
    rows.stream()
        .forEach(
            row ->
                counts.merge(
                    new Group(
                        place.applyAsInt(records.ids().timestampMicros(row)),
                        names.apps().get(row),
                        names.levels().get(row),
                        names.services().get(row)),
                    1L,
                    Long::sum));
  }

  /** Adds a part of a union, with {@code UNION ALL} before it; nothing if there are none. */
  void addTo(Sql sql) {
    if (counts.isEmpty()) {
      return;
    }
    List<Group> groups = List.copyOf(counts.keySet());
    sql.add(" UNION ALL SELECT * FROM unnest(")
        .bind(ints(groups, Group::at))
        .add("::int4[], ")
        .bind(ints(groups, Group::app))
        .add("::int4[], ")
        .bind(groups.stream().map(Group::level).toArray(String[]::new))
        .add("::text[], ")
        .bind(groups.stream().map(Group::service).toArray(String[]::new))
        .add("::text[], ")
        .bind(groups.stream().map(counts::get).toArray(Long[]::new))
        .add("::int8[]) AS b(at, app_id, level, service, n)");
  }

  private static Integer[] ints(List<Group> groups, ToIntFunction<Group> value) {
    return groups.stream().mapToInt(value).boxed().toArray(Integer[]::new);
  }
}
