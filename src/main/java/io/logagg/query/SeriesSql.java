package io.logagg.query;

import io.logagg.filter.Field.Metadata;
import io.logagg.filter.FilterSql;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Sql;
import io.logagg.query.CountedField.Kind;
import io.logagg.query.LogSeries.Request;
import io.logagg.record.Timestamps;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statement that sums up numbers. It answers bucket, group, name, records, numbers and the
 * statistics; the names come with bucket 0.
 */
final class SeriesSql {
  static final int FIRST_STATISTIC = 5;

  /**
   * A number of JSON, or a string that looks like one: short enough for {@code numeric} to take,
   * whatever its digits.
   */
  private static final String NUMBER =
      "'^\"?-?[0-9]{1,40}([.][0-9]{1,40})?([eE][-+]?[0-9]{1,2})?\"?$'";

  /** Of a name, more is not told. */
  static final int MAX_NAME_CHARS = 200;

  private final Sql sql = new Sql();

  /**
   * For one statement.
   *
   * @param blocks the same of blocks
   */
  SeriesSql(Request request, LogFilter filter, long[] starts, BlockNumbers blocks) {
    write(request, filter, starts, blocks);
  }

  String text() {
    return sql.text();
  }

  List<Object> parameters() {
    return sql.parameters();
  }

  private void write(Request request, LogFilter filter, long[] starts, BlockNumbers blocks) {
    OffsetDateTime[] bounds =
        Arrays.stream(starts).mapToObj(Timestamps::utc).toArray(OffsetDateTime[]::new);
    CountedField groupBy = request.groupBy();
    // Each OFFSET keeps PostgreSQL from working out a value once for each time it is mentioned.
    sql.add("WITH numbers AS MATERIALIZED (SELECT at, ")
        .add("CASE WHEN left(name, 1) = '\"' AND is_json THEN left(name::json #>> '{}', ")
        .add(MAX_NAME_CHARS + ") ELSE left(name, " + MAX_NAME_CHARS + ") END AS name, CASE WHEN ")
        .add("raw ~ " + NUMBER + " THEN btrim(raw, '\"')::numeric END AS x FROM (")
        .add("SELECT width_bucket(l.\"timestamp\", ")
        .bind(bounds)
        .add("::timestamptz[]) AS at, ")
        .add(request.field().json(sql, "l.metadata_"))
        .add(" AS raw, ")
        .add(name(groupBy))
        .add(" AS name, " + (groupBy != null && groupBy.kind() == Kind.METADATA) + " AS is_json ")
        .add("FROM logs l JOIN apps a ON a.id = l.app_id WHERE true");
    FilterSql.addLiveApps(sql);
    FilterSql.addConditions(sql, filter);
    if (!blocks.isEmpty()) {
      sql.add(" UNION ALL SELECT *, ")
          .add((groupBy != null && groupBy.kind() == Kind.METADATA) + " FROM ");
      blocks.addTable(sql);
    }
    String statistics =
        request.statistics().stream()
            .map(statistic -> ", " + statistic.sql)
            .collect(Collectors.joining());
    String place =
        groupBy == null
            ? "" + (NumberSeries.ALL + 1)
            : "coalesce(place, " + (NumberSeries.ALL + 1) + ")";
    sql.add(" OFFSET 0) raws OFFSET 0), places AS (SELECT name, row_number() OVER (")
        .add("ORDER BY count(x) DESC, name COLLATE \"C\") AS place FROM numbers GROUP BY 1) ")
        .add("SELECT 0, place::int4, name, 0::int8, 0::int8")
        .add(", NULL::numeric".repeat(request.statistics().size()))
        .add(" FROM places WHERE place <= ")
        .bind(groupBy == null ? 0 : NumberSeries.MAX_GROUPS)
        .add(" UNION ALL SELECT at, " + place + ", NULL, count(*), count(x)" + statistics)
        .add(" FROM (SELECT at, x, least(place, " + (NumberSeries.REST + 1) + ")::int4 AS place ")
        .add("FROM numbers JOIN places USING (name)) v ")
        .add("GROUP BY GROUPING SETS ((at)" + (groupBy == null ? "" : ", (at, place)") + ")");
  }

  /** As it stands, never null. */
  private String name(@Nullable CountedField groupBy) {
    if (groupBy == null) {
      return "''";
    }
    Metadata path = groupBy.path();
    return switch (groupBy.kind()) {
      case LEVEL -> "l.level";
      case APP -> "a.name";
      case SERVICE -> "l.service";
      case MESSAGE -> "l.message";
      case METADATA ->
          "coalesce(" + Objects.requireNonNull(path).json(sql, "l.metadata_") + ", '')";
    };
  }
}
