package io.logagg.query;

import io.logagg.filter.Field.Metadata;
import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.query.CountedField.Kind;
import io.logagg.query.FieldCounts.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statement that counts the values of fields. It answers the number of the field, which part of
 * the answer it is, the value and the count.
 *
 * <p>What the rows hold is grouped as it stands, once for all fields; only the groups are looked
 * into. A list counts for each of its different values, those aside that are lists or objects.
 */
final class FieldCountSql {
  static final int LISTED = 0;
  static final int OTHER = 1;
  static final int MISSING = 2;
  static final int SCANNED = 3;

  /** Longer values are cut. */
  static final int MAX_CHARS = 1000;

  private final Sql sql = new Sql();
  private final Request request;
  private final LogFilter rowFilter;
  private final BlockCounts blockNames;
  private final BlockValues blockValues;
  private final List<Integer> ofRows;

  /** The ones among them that are text, not JSON, as SQL. */
  private final String texts;

  /**
   * For one statement.
   *
   * @param rowFilter which rows to look at
   * @param blockNames what blocks have of names, where the rollups cannot tell
   * @param blockValues what blocks have of other fields
   */
  FieldCountSql(
      Request request, LogFilter rowFilter, BlockCounts blockNames, BlockValues blockValues) {
    this.request = request;
    this.rowFilter = rowFilter;
    this.blockNames = blockNames;
    this.blockValues = blockValues;
    List<CountedField> fields = request.fields();
    ofRows =
        IntStream.range(0, fields.size()).filter(i -> !fields.get(i).isName()).boxed().toList();
    texts =
        ofRows.stream()
            .filter(i -> fields.get(i).kind() == Kind.MESSAGE)
            .map(String::valueOf)
            .collect(Collectors.joining(",", "ANY ('{", "}')"));
    write();
  }

  String text() {
    return sql.text();
  }

  List<Object> parameters() {
    return sql.parameters();
  }

  private void write() {
    List<String> sources = new ArrayList<>();
    sql.add("WITH ");
    if (ofRows.size() < request.fields().size()) {
      addNames();
      for (int i = 0; i < request.fields().size(); i++) {
        CountedField field = request.fields().get(i);
        if (field.isName()) {
          sources.add("SELECT " + i + ", nullif(" + field.name() + ", ''), n FROM named");
        }
      }
    }
    if (!ofRows.isEmpty()) {
      addRows();
      sources.add("SELECT field, value, n FROM plain");
      sources.add("SELECT field, value, n FROM lists");
    }
    sql.add("sums AS (SELECT field, left(value, " + MAX_CHARS + ") AS value, sum(n) AS n FROM (")
        .add(String.join(" UNION ALL ", sources))
        .add(") c (field, value, n) GROUP BY 1, 2 HAVING sum(n) <> 0), ")
        .add("ranked AS (SELECT *, row_number() OVER (PARTITION BY field ")
        .add("ORDER BY value IS NULL, n DESC, value COLLATE \"C\") AS place FROM sums), ")
        .add("parts AS (SELECT field, n, value, place, CASE WHEN value IS NULL THEN " + MISSING)
        .add(" WHEN place <= ")
        .bind(request.limit())
        .add(" THEN " + LISTED + " ELSE " + OTHER + " END AS part FROM ranked) ")
        .add(
            "SELECT field, part, value, n FROM (SELECT field, part, CASE part WHEN "
                + LISTED
                + " THEN value END AS value, sum(n)::int8 AS n ")
        .add("FROM parts GROUP BY 1, 2, 3, CASE part WHEN " + LISTED + " THEN place END");
    if (!ofRows.isEmpty()) {
      sql.add(" UNION ALL SELECT 0, " + SCANNED + ", NULL, coalesce(sum(n), 0)::int8 FROM raws ")
          .add("WHERE field = " + ofRows.get(0));
    }
    sql.add(") answer ORDER BY field, part, n DESC, value COLLATE \"C\"");
  }

  private void addNames() {
    sql.add("counts AS (SELECT app_id, level, service, sum(n) AS n FROM (");
    new CountSql(sql, request.filter(), time -> "0", blockNames).addCounts();
    sql.add(") c GROUP BY 1, 2, 3), named AS MATERIALIZED (SELECT a.name AS app, c.level, ")
        .add("c.service, c.n FROM counts c JOIN apps a ON a.id = c.app_id ")
        .add("AND a.deleted_at IS NULL WHERE c.n <> 0), ");
  }

  private void addRows() {
    String columns = columns("f", ", ");
    // Each bit is set that was not grouped by, the first field's being the highest.
    StringBuilder field = new StringBuilder("CASE grouping(" + columns + ")");
    int all = (1 << ofRows.size()) - 1;
    for (int i = 0; i < ofRows.size(); i++) {
      int others = all & ~(1 << (ofRows.size() - 1 - i));
      field.append(" WHEN ").append(others).append(" THEN ").append(ofRows.get(i));
    }
    String name = blockValues.isEmpty() ? "raws" : "raws_of_rows";
    sql.add(name + " AS MATERIALIZED (SELECT " + field + " END AS field, ")
        .add("coalesce(" + columns + ") AS raw, count(*) AS n FROM (SELECT ");
    for (int i = 0; i < ofRows.size(); i++) {
      sql.add((i == 0 ? "" : ", ") + value(request.fields().get(ofRows.get(i))) + " AS f" + i);
    }
    sql.add(" FROM logs l WHERE true");
    FilterSql.addLiveApps(sql);
    FilterSql.addConditions(sql, rowFilter);
    sql.add(") rows GROUP BY GROUPING SETS (" + columns("(f", "), ") + "))), ");
    if (!blockValues.isEmpty()) {
      sql.add("raws AS MATERIALIZED (SELECT field, raw, sum(n)::int8 AS n FROM (")
          .add("SELECT * FROM raws_of_rows UNION ALL SELECT * FROM ");
      blockValues.addTable(sql);
      sql.add(") AS united (field, raw, n) GROUP BY 1, 2), ");
    }
    String isText = "field = " + texts;
    sql.add("plain AS (SELECT field, CASE WHEN " + isText + " THEN raw WHEN left(raw, 1) = '\"' ")
        .add("THEN raw::json #>> '{}' WHEN left(raw, 1) = '{' THEN NULL ELSE raw END AS value, n ")
        .add("FROM raws WHERE " + isText + " OR raw IS NULL OR left(raw, 1) <> '['), ")
        .add("lists AS (SELECT field, item.value, n FROM raws LEFT JOIN LATERAL (")
        .add("SELECT DISTINCT e #>> '{}' FROM json_array_elements(")
        .add("CASE WHEN left(raws.raw, 1) = '[' THEN raws.raw::json END) e ")
        .add("WHERE json_typeof(e) NOT IN ('array', 'object', 'null')) item (value) ON true ")
        .add("WHERE NOT (" + isText + ") AND left(raw, 1) = '['), ");
  }

  private String columns(String before, String between) {
    return IntStream.range(0, ofRows.size())
        .mapToObj(i -> before + i)
        .collect(Collectors.joining(between));
  }

  private String value(CountedField field) {
    Metadata path = field.path();
    return path == null ? "left(l.message, " + MAX_CHARS + ")" : path.json(sql, "l.metadata_");
  }
}
