package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.RowWindows.Window;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Counts the values of fields: names by the rollups where they can tell, all else by the rows, at
 * most about two million of the newest ones. All counts are of one snapshot. Thread-safe.
 */
public final class FieldCounts {
  /** More are not counted at once. */
  public static final int MAX_FIELDS = 20;

  /** Of a field, more values are not told apart from the rest. */
  public static final int MAX_VALUES = 5000;

  private static final long MAX_MATCHES = 2_000_000;

  /** To go through, whether they match or not. */
  static final long MAX_ROWS = 20_000_000;

  private final Database database;
  private final RowWindows windows;
  private final long maxMatches;

  public FieldCounts(Database database) {
    this(database, MAX_MATCHES);
  }

  FieldCounts(Database database, long maxMatches) {
    this.database = database;
    this.windows = new RowWindows(database, MAX_ROWS);
    this.maxMatches = maxMatches;
  }

  /**
   * What is to be counted.
   *
   * @param limit how many values of each field, those with the most records
   */
  public record Request(LogFilter filter, List<CountedField> fields, int limit) {
    public Request {
      fields = List.copyOf(fields);
    }
  }

  /** A value and how many records have it. */
  public record Value(String value, long count) {}

  /**
   * A field's values, the most frequent first.
   *
   * @param other how many records have each value that is not among these, in all
   * @param missing how many records have none
   */
  public record Counts(CountedField field, List<Value> values, long other, long missing) {}

  /** In the order in which they were asked for. */
  public record Counted(List<Counts> fields, Scanned scanned) {}

  public Future<Counted> count(Request request, Abandonment abandonment) {
    boolean byNames = request.fields().stream().allMatch(CountedField::isName);
    Future<Window> window =
        byNames
            ? Future.succeededFuture(new Window(request.filter(), null))
            : windows.newest(request.filter(), maxMatches, abandonment);
    return window.compose(
        found -> {
          boolean hasNames = request.fields().stream().anyMatch(CountedField::isName);
          List<LogFilter> parts =
              hasNames ? CountSql.byRecords(request.filter()) : List.<LogFilter>of();
          return database.snapshot(
              connection ->
                  BlockCounts.of(connection, parts, micros -> 0)
                      .compose(
                          names ->
                              (byNames
                                      ? Future.succeededFuture(BlockValues.NONE)
                                      : BlockValues.of(
                                          connection, found.filter(), request.fields()))
                                  .compose(
                                      values -> read(connection, request, found, names, values))),
              abandonment);
        });
  }

  private static Future<Counted> read(
      SqlConnection connection,
      Request request,
      Window window,
      BlockCounts names,
      BlockValues values) {
    FieldCountSql sql = new FieldCountSql(request, window.filter(), names, values);
    return connection
        .preparedQuery(sql.text())
        .execute(Tuple.from(sql.parameters()))
        .map(rows -> counted(request, window, values, rows));
  }

  private static Counted counted(
      Request request, Window window, BlockValues ofBlocks, RowSet<Row> rows) {
    int fields = request.fields().size();
    List<List<Value>> values =
        IntStream.range(0, fields)
            .<List<Value>>mapToObj(field -> new ArrayList<>())
            .collect(Collectors.toList());
    long[] other = new long[fields];
    Arrays.setAll(other, ofBlocks::others);
    long[] missing = new long[fields];
    long scanned = 0;
    for (Row row : rows) {
      int field = row.getInteger(0);
      long count = row.getLong(3);
      switch (row.getInteger(1)) {
        case FieldCountSql.LISTED -> values.get(field).add(new Value(row.getString(2), count));
        case FieldCountSql.OTHER -> other[field] += count;
        case FieldCountSql.MISSING -> missing[field] = count;
        default -> scanned = count + ofBlocks.othersOfFirst();
      }
    }
    List<Counts> counts =
        IntStream.range(0, fields)
            .mapToObj(i -> new Counts(request.fields().get(i), values.get(i), other[i], missing[i]))
            .toList();
    Scanned all = window.scanned(scanned);
    boolean isApproximate = all.isApproximate() || ofBlocks.othersOfFirst() > 0;
    return new Counted(counts, new Scanned(isApproximate, scanned, all.sinceMicros()));
  }
}
