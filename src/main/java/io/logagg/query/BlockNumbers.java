package io.logagg.query;

import io.logagg.block.Column;
import io.logagg.filter.Field.Metadata;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.seal.BlockRecords;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A field's values in records of blocks, as they stand there, each with its bucket and what it is
 * told apart by.
 */
final class BlockNumbers {
  /** Different texts that are held once, however often they occur. */
  private static final int MAX_SHARED = 50_000;

  /** No number is longer, see {@link SeriesSql}. */
  private static final int MAX_NUMBER_CHARS = 100;

  private final Function<String, @Nullable String> number;
  private final @Nullable CountedField groupBy;
  private final @Nullable Function<String, @Nullable String> groupOf;
  private final long[] starts;
  private final List<Integer> buckets = new ArrayList<>();
  private final List<@Nullable String> raws = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Map<String, String> shared = new HashMap<>();

  private BlockNumbers(Metadata field, @Nullable CountedField groupBy, long[] starts) {
    Metadata path = groupBy == null ? null : groupBy.path();
    this.number = field.json();
    this.groupBy = groupBy;
    this.groupOf = path == null ? null : path.json();
    this.starts = starts;
  }

  /**
   * All of what a filter means.
   *
   * @param connection with a snapshot
   * @param starts of the buckets, in microseconds
   */
  static Future<BlockNumbers> of(
      SqlConnection connection, LogFilter filter, LogSeries.Request request, long[] starts) {
    BlockNumbers numbers = new BlockNumbers(request.field(), request.groupBy(), starts);
    Set<Column> columns = EnumSet.of(Column.IDS, Column.NAMES, Column.METADATA);
    CountedField groupBy = request.groupBy();
    if (groupBy != null && groupBy.kind() == CountedField.Kind.MESSAGE) {
      columns.add(Column.MESSAGES);
    }
    return new BlockScan(connection, filter).forEach(columns, numbers::add).map(numbers);
  }

  private void add(BlockRecords records, BitSet rows) {
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      String metadata = records.texts(Column.METADATA).get(row);
      String raw = number.apply(metadata);
      buckets.add(LogHistogram.bucket(starts, records.ids().timestampMicros(row)));
      raws.add(raw == null || raw.length() > MAX_NUMBER_CHARS ? null : shared(raw));
      names.add(shared(name(records, row, metadata)));
    }
  }

  /** As {@link SeriesSql} takes it from a row. */
  private String name(BlockRecords records, int row, String metadata) {
    if (groupBy == null) {
      return "";
    }
    if (groupOf != null) {
      String json = groupOf.apply(metadata);
      return json == null ? "" : shortened(json);
    }
    return switch (groupBy.kind()) {
      case LEVEL -> records.names().levels().get(row);
      case APP -> records.record(row).app();
      case SERVICE -> records.names().services().get(row);
      default ->
          BlockValues.left(records.texts(Column.MESSAGES).get(row), SeriesSql.MAX_NAME_CHARS);
    };
  }

  /**
   * As much of a value as {@link SeriesSql} shows. Of a text it shows so many characters of what
   * the JSON means, each of which takes twelve at the most.
   */
  static String shortened(String json) {
    if (!json.startsWith("\"")) {
      return BlockValues.left(json, SeriesSql.MAX_NAME_CHARS);
    }
    int end = 1 + 12 * SeriesSql.MAX_NAME_CHARS;
    if (json.length() <= end + 1) {
      return json;
    }
    // Not within an escape, nor between the halves of a pair.
    int at = 1;
    int next = 1;
    while (next <= end) {
      at = next;
      next += width(json, at);
    }
    return json.substring(0, at) + '"';
  }

  /** How many characters of JSON stand for one that cannot be parted. */
  private static int width(String json, int at) {
    if (json.charAt(at) == '\\') {
      boolean isUnicode = json.charAt(at + 1) == 'u';
      boolean isPair = isUnicode && json.startsWith("\\u", at + 6);
      return isPair ? 12 : isUnicode ? 6 : 2;
    }
    return Character.charCount(json.codePointAt(at));
  }

  private String shared(String text) {
    String known = shared.get(text);
    if (known == null && shared.size() < MAX_SHARED) {
      shared.put(text, text);
    }
    return known == null ? text : known;
  }

  boolean isEmpty() {
    return buckets.isEmpty();
  }

  /** Adds them as a table of bucket, value and name. */
  void addTable(Sql sql) {
    sql.add("unnest(")
        .bind(buckets.toArray(Integer[]::new))
        .add("::int4[], ")
        .bind(raws.toArray(String[]::new))
        .add("::text[], ")
        .bind(names.toArray(String[]::new))
        .add("::text[])");
  }
}
