package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.filter.RecordMatcher;
import io.logagg.filter.RecordView;
import io.logagg.filter.Sql;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.query.LogHistogram.GroupBy;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How many records there are of each app, level and service in a span of whole minutes, by the
 * rollups: read once for many who ask for names only. Immutable.
 */
public final class NameCounts {
  /** With more names each of those who ask does better by itself. */
  private static final int MAX_NAMES = 20_000;

  private final List<Names> names;

  private NameCounts(List<Names> names) {
    this.names = names;
  }

  /** The names of some records, and how many there are. */
  private record Names(String app, String level, String service, long count) implements RecordView {
    private static final UUID NO_ID = new UUID(0, 0);

    @Override
    public String message() {
      return "";
    }

    @Override
    public long timestampMicros() {
      return 0;
    }

    @Override
    public long receivedAtMicros() {
      return 0;
    }

    @Override
    public UUID id() {
      return NO_ID;
    }

    @Override
    public String sourceId() {
      return "";
    }

    @Override
    public String metadata() {
      return "{}";
    }
  }

  /** Whether what a filter means can be counted so, in a span between these times. */
  public static boolean canCount(LogFilter filter, long sinceMicros, long untilMicros) {
    return LogStats.isQuick(filter)
        && sinceMicros % CountSql.MINUTE_MICROS == 0
        && untilMicros % CountSql.MINUTE_MICROS == 0;
  }

  /** Empty if there are too many names. */
  public static Future<Optional<NameCounts>> read(
      Database database, long sinceMicros, long untilMicros, Abandonment abandonment) {
    Sql sql = new Sql().add("SELECT a.name, c.level, c.service, sum(c.n)::int8 FROM (");
    new CountSql(sql, LogFilter.ALL, time -> "0").addRollups(sinceMicros, untilMicros);
    sql.add(") c JOIN apps a ON a.id = c.app_id AND a.deleted_at IS NULL GROUP BY 1, 2, 3 ")
        .add("HAVING sum(c.n) <> 0 LIMIT ")
        .bind(MAX_NAMES + 1);
    return database
        .read(
            connection ->
                connection.preparedQuery(sql.text()).execute(Tuple.from(sql.parameters())),
            abandonment)
        .map(NameCounts::counts);
  }

  private static Optional<NameCounts> counts(RowSet<Row> rows) {
    if (rows.size() > MAX_NAMES) {
      return Optional.empty();
    }
    List<Names> names = new ArrayList<>(rows.size());
    rows.forEach(
        row ->
            names.add(
                new Names(row.getString(0), row.getString(1), row.getString(2), row.getLong(3))));
    return Optional.of(new NameCounts(names));
  }

  /** What a filter means of them, by group, as {@link GroupCounts} tells it of one span. */
  public Map<String, Long> count(LogFilter filter, GroupBy groupBy) {
    RecordMatcher matcher = RecordMatcher.of(filter.within(null, null));
    Map<String, Long> counts = new HashMap<>();
    for (Names one : names) {
      if (matcher.matches(one)) {
        counts.merge(group(one, groupBy), one.count(), Long::sum);
      }
    }
    counts.values().removeIf(count -> count == 0);
    return counts.size() > GroupCounts.MAX_GROUPS ? most(counts) : counts;
  }

  private static String group(Names names, GroupBy groupBy) {
    return groupBy == GroupBy.APP ? names.app() : groupBy == GroupBy.SERVICE ? names.service() : "";
  }

  private static Map<String, Long> most(Map<String, Long> counts) {
    Map<String, Long> most = new HashMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(GroupCounts.MAX_GROUPS)
        .forEach(entry -> most.put(entry.getKey(), entry.getValue()));
    return most;
  }
}
