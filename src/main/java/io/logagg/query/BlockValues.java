package io.logagg.query;

import io.logagg.block.Column;
import io.logagg.block.Texts;
import io.logagg.filter.Field.Metadata;
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
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How many records of blocks have each value of some fields, as it stands in them. */
final class BlockValues {
  static final BlockValues NONE = new BlockValues(Map.of(), List.of());

  /** More different values, of all fields together, are only counted. */
  private static final int MAX_VALUES = 300_000;

  /** The same of characters in them. */
  private static final long MAX_CHARS = 16 << 20;

  private final Map<Value, Long> values;
  private final Map<Integer, Long> others = new HashMap<>();
  private final List<CountedField> fields;
  private final List<Function<String, @Nullable String>> readers;
  private long chars;

  private BlockValues(Map<Value, Long> values, List<CountedField> fields) {
    this.values = values;
    this.fields = fields;
    this.readers = fields.stream().map(BlockValues::reader).toList();
  }

  /** What is counted of a message, or of metadata. */
  private static Function<String, @Nullable String> reader(CountedField field) {
    Metadata path = field.path();
    return path == null ? message -> left(message, FieldCountSql.MAX_CHARS) : path.json();
  }

  /** A value of the field with this number; null for none. */
  private record Value(int field, @Nullable String raw) {}

  /**
   * Counts the values of what a filter means.
   *
   * @param connection with a snapshot
   * @param fields all that there are; names of records are left to others
   */
  static Future<BlockValues> of(
      SqlConnection connection, LogFilter filter, List<CountedField> fields) {
    BlockValues values = new BlockValues(new HashMap<>(), fields);
    return new BlockScan(connection, filter).forEach(columns(fields), values::add).map(values);
  }

  private static Set<Column> columns(List<CountedField> fields) {
    Set<Column> columns = EnumSet.of(Column.IDS);
    for (CountedField field : fields) {
      if (!field.isName()) {
        columns.add(field.path() == null ? Column.MESSAGES : Column.METADATA);
      }
    }
    return columns;
  }

  private void add(BlockRecords records, BitSet rows) {
    for (int field = 0; field < fields.size(); field++) {
      CountedField counted = fields.get(field);
      if (!counted.isName()) {
        Texts texts = records.texts(counted.path() == null ? Column.MESSAGES : Column.METADATA);
        for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
          add(new Value(field, readers.get(field).apply(texts.get(row))));
        }
      }
    }
  }

  /** As PostgreSQL's function of that name, which counts code points. */
  static String left(String text, int chars) {
    return text.length() <= chars || text.codePointCount(0, text.length()) <= chars
        ? text
        : text.substring(0, text.offsetByCodePoints(0, chars));
  }

  private void add(Value value) {
    Long known = values.get(value);
    String raw = value.raw();
    if (known != null) {
      values.put(value, known + 1);
    } else if (values.size() < MAX_VALUES && chars < MAX_CHARS) {
      values.put(value, 1L);
      chars += raw == null ? 0 : raw.length();
    } else {
      others.merge(value.field(), 1L, Long::sum);
    }
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** How many records have a value of a field that is none of those that are told apart. */
  long others(int field) {
    return others.getOrDefault(field, 0L);
  }

  /** The same of the first field that is no name. */
  long othersOfFirst() {
    for (int field = 0; field < fields.size(); field++) {
      if (!fields.get(field).isName()) {
        return others(field);
      }
    }
    return 0;
  }

  /** Adds them as a table of field, value and count. */
  void addTable(Sql sql) {
    List<Value> keys = List.copyOf(values.keySet());
    @Nullable String[] raws = new @Nullable String[keys.size()];
    for (int i = 0; i < raws.length; i++) {
      raws[i] = keys.get(i).raw();
    }
    sql.add("unnest(")
        .bind(keys.stream().map(Value::field).toArray(Integer[]::new))
        .add("::int4[], ")
        .bind(raws)
        .add("::text[], ")
        .bind(keys.stream().map(values::get).toArray(Long[]::new))
        .add("::int8[])");
  }
}
