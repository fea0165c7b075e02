package io.logagg.filter;

import io.logagg.record.Timestamps;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A filter as conditions on {@code logs l}. */
public final class FilterSql {
  private FilterSql() {}

  /** Adds each condition, with {@code AND} before it. */
  public static void addConditions(Sql sql, LogFilter filter) {
    addRange(sql, "l.\"timestamp\"", filter.sinceMicros(), filter.untilMicros());
    addNames(sql, filter);
    addText(sql, filter);
  }

  /** The condition on the message. */
  public static void addText(Sql sql, LogFilter filter) {
    String text = filter.text();
    if (text != null) {
      sql.add(" AND l.message ILIKE ").bind("%" + escapeLike(text) + "%");
    }
  }

  /** Leaves out the rows of deleted apps, which are still there for a while. */
  public static void addLiveApps(Sql sql) {
    sql.add(" AND l.app_id <> ALL (ARRAY(SELECT id FROM apps WHERE deleted_at IS NOT NULL))");
  }

  /** The conditions on a time alone. */
  public static void addRange(
      Sql sql, String column, @Nullable Long sinceMicros, @Nullable Long untilMicros) {
    if (sinceMicros != null) {
      sql.add(" AND " + column + " >= ").bind(Timestamps.utc(sinceMicros));
    }
    if (untilMicros != null) {
      sql.add(" AND " + column + " < ").bind(Timestamps.utc(untilMicros));
    }
  }

  /**
   * The conditions on app, level and service; the table must have these columns, and the alias
   * {@code l}.
   */
  public static void addNames(Sql sql, LogFilter filter) {
    if (!filter.apps().isEmpty()) {
      // An array, not a join: with a join, PostgreSQL takes few rows for likely, and sorts them
      // all.
      sql.add(" AND l.app_id = ANY (ARRAY(")
          .add("SELECT id FROM apps WHERE deleted_at IS NULL AND name = ANY(")
          .bind(array(filter.apps()))
          .add(")))");
    }
    if (!filter.levels().isEmpty()) {
      sql.add(" AND l.level = ANY(").bind(array(filter.levels())).add(")");
    }
    if (!filter.services().isEmpty()) {
      sql.add(" AND l.service = ANY(").bind(array(filter.services())).add(")");
    }
  }

  private static String[] array(List<String> values) {
    return values.toArray(String[]::new);
  }

  /** The text with what LIKE takes for a wildcard escaped. */
  static String escapeLike(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }
}
