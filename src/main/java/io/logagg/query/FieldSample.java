package io.logagg.query;

import io.logagg.filter.Field.Metadata;
import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.RowWindows.Window;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out which fields there are, by a sample of the newest records. Thread-safe. */
public final class FieldSample {
  /** More paths are not told. */
  public static final int MAX_PATHS = 500;

  /** Deeper objects are values. */
  public static final int MAX_DEPTH = 5;

  private static final int SAMPLE_ROWS = 10_000;
  private static final int MAX_EXAMPLE_CHARS = 200;
  private static final int MAX_PATH_CHARS = 512;

  /** A key as it is written before what is further in. */
  private static final String QUOTED_IF_DOTTED =
      """
      CASE WHEN e.key LIKE '%.%' OR e.key LIKE '"%'
        THEN '"' || replace(replace(e.key, '\\', '\\\\'), '"', '\\"') || '"' ELSE e.key END""";

  private static final Set<String> LISTABLE = Set.of("string", "number", "boolean");

  private final Database database;
  private final RowWindows windows;
  private final int maxRows;

  public FieldSample(Database database) {
    this(database, SAMPLE_ROWS);
  }

  FieldSample(Database database, int maxRows) {
    this.database = database;
    this.windows = new RowWindows(database, FieldCounts.MAX_ROWS);
    this.maxRows = maxRows;
  }

  /**
   * A field that some of the records have.
   *
   * @param path of metadata only
   * @param types how many records have a value of each JSON type
   * @param records how many have any value
   * @param distinct about how many different values
   * @param example of a value, the first characters
   */
  public record Found(
      String name,
      @Nullable Metadata path,
      Map<String, Long> types,
      long records,
      long distinct,
      String example) {

    /** Whether it pays to list its values: few, or shared by several records each. */
    private boolean isListable() {
      return path != null
          && LISTABLE.containsAll(types.keySet())
          && (distinct <= 20 || distinct * 10 <= records);
    }
  }

  /**
   * What was found.
   *
   * @param fields those of all records, then the paths, those that most records have first
   * @param hasMore whether there are more paths
   */
  public record Sample(List<Found> fields, boolean hasMore, Scanned scanned) {
    /** The paths whose values are worth counting, at most so many. */
    public List<CountedField> facets(int max) {
      return fields.stream()
          .filter(Found::isListable)
          .limit(max)
          .flatMap(field -> CountedField.parse(field.name()).stream())
          .toList();
    }
  }

  public Future<Sample> take(LogFilter filter, Abandonment abandonment) {
    return windows
        .newest(filter, maxRows, abandonment)
        .compose(
            window ->
                database
                    .snapshot(connection -> read(connection, window.filter()), abandonment)
                    .map(rows -> sample(window, rows)));
  }

  private Future<RowSet<Row>> read(SqlConnection connection, LogFilter filter) {
    return BlockRows.newest(connection, filter, maxRows + 1)
        .compose(
            blocks -> {
              Sql sql = sql(filter, blocks);
              return connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters()));
            });
  }

  /** Answers path (null for the size of the sample), type, records, distinct values, example. */
  private Sql sql(LogFilter filter, BlockRows blocks) {
    Sql sql = new Sql();
    sql.add("WITH RECURSIVE sample AS MATERIALIZED (SELECT row_number() OVER () AS no, * FROM (")
        .add("SELECT " + BlockRows.COLUMNS + " FROM (SELECT " + BlockRows.COLUMNS)
        .add(" FROM logs l WHERE true");
    FilterSql.addLiveApps(sql);
    FilterSql.addConditions(sql, filter);
    if (!blocks.isEmpty()) {
      sql.add(" UNION ALL SELECT * FROM ");
      blocks.addTable(sql);
    }
    sql.add(") l");
    // One more than wanted tells whether there are more.
    sql.add(" ORDER BY l.\"timestamp\" DESC, l.seq DESC LIMIT ").bind(maxRows + 1);
    sql.add(") newest), meant AS (SELECT * FROM sample WHERE no <= ").bind(maxRows);
    // What is to be found by its path, must say where a key ends that has a dot itself.
    sql.add("), walk (no, depth, path, before, value) AS (SELECT no, 1, e.key, ")
        .add(QUOTED_IF_DOTTED + ", e.value FROM meant, json_each(metadata_) e ")
        .add("UNION ALL SELECT no, depth + 1, before || '.' || e.key, before || '.' || ")
        .add(QUOTED_IF_DOTTED + ", e.value FROM walk, json_each(CASE WHEN depth < " + MAX_DEPTH)
        .add(" AND left(value::text, 1) = '{' THEN value END) e), leaves AS (")
        .add("SELECT no, left(path, " + MAX_PATH_CHARS + ") AS path, json_typeof(value) AS type, ")
        .add(
            "left(CASE WHEN left(value::text, 1) = '\"' THEN value #>> '{}' ELSE value::text END, ")
        .add(MAX_EXAMPLE_CHARS + ") AS value, false AS is_standard FROM walk ")
        .add("WHERE value::text <> 'null' AND (depth = " + MAX_DEPTH)
        .add(
            " OR left(value::text, 1) <> '{' OR value::text ~ '^[{]\\s*[}]$')), standard AS (SELECT no, f.path, 'string' AS type, ")
        .add("left(f.value, " + MAX_EXAMPLE_CHARS + ") AS value, true AS is_standard FROM meant ")
        .add("JOIN apps a ON a.id = meant.app_id CROSS JOIN LATERAL (VALUES ")
        .add("('app', a.name), ('level', level), ('service', nullif(service, '')), ")
        .add("('message', message), ('source_id', nullif(source_id, '')), ")
        .add("('timestamp', \"timestamp\"::text), ('received_at', received_at::text)")
        .add(") f (path, value) WHERE f.value IS NOT NULL), sums AS (")
        .add("SELECT is_standard, path, type, count(DISTINCT no) AS n, ")
        .add("count(DISTINCT value) AS distinct_values, min(value COLLATE \"C\") AS example, ")
        .add("grouping(type) AS is_path FROM (SELECT * FROM leaves UNION ALL ")
        .add("SELECT * FROM standard) fields ")
        .add("GROUP BY GROUPING SETS ((is_standard, path), (is_standard, path, type))), ")
        .add("places AS (SELECT is_standard, path, row_number() OVER (PARTITION BY is_standard ")
        .add("ORDER BY n DESC, path COLLATE \"C\") AS place FROM sums WHERE is_path = 1) ")
        .add(
            "SELECT NULL AS path, NULL AS type, count(*) AS n, 0::int8, NULL, NULL::bool, 0::int8 ")
        .add("FROM sample UNION ALL SELECT path, type, n, distinct_values, example, is_standard, ")
        .add("place FROM sums JOIN places USING (is_standard, path) WHERE place <= ")
        .bind(MAX_PATHS + 1)
        .add(" ORDER BY 6 DESC NULLS FIRST, 7, 2 NULLS FIRST");
    return sql;
  }

  private Sample sample(Window window, RowSet<Row> rows) {
    Map<String, Found> fields = new LinkedHashMap<>();
    boolean hasMore = false;
    long taken = 0;
    for (Row row : rows) {
      String path = row.getString(0);
      long records = row.getLong(2);
      if (path == null) {
        taken = records;
        continue;
      }
      boolean isStandard = row.getBoolean(5);
      if (row.getLong(6) > MAX_PATHS) {
        hasMore = true;
        continue;
      }
      String name = isStandard ? path : Metadata.PREFIX + path;
      Found found = fields.get(name);
      if (found == null) {
        fields.put(
            name,
            new Found(
                name,
                isStandard ? null : Metadata.parse(name).orElse(null),
                new LinkedHashMap<>(),
                records,
                row.getLong(3),
                row.getString(4)));
      } else {
        found.types().put(row.getString(1), records);
      }
    }
    boolean more = window.isCut() || taken > maxRows;
    Scanned scanned = new Scanned(more, Math.min(taken, maxRows), null);
    return new Sample(List.copyOf(fields.values()), hasMore, scanned);
  }
}
