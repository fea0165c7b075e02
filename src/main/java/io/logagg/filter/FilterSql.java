package io.logagg.filter;

import io.logagg.record.AppAccess;
import io.logagg.record.Timestamps;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A filter as conditions on {@code logs l}. */
public final class FilterSql {
  /** Shorter parts stand in too many messages. */
  private static final int MIN_CASELESS_CHARS = 3;

  private FilterSql() {}

  /** Adds each condition, with {@code AND} before it. */
  public static void addConditions(Sql sql, LogFilter filter) {
    addRange(sql, "l.\"timestamp\"", filter.sinceMicros(), filter.untilMicros());
    addNames(sql, filter);
    addRest(sql, filter);
  }

  /** What is left beside time and names. */
  public static void addRest(Sql sql, LogFilter filter) {
    Condition condition = filter.ofRows();
    if (condition != null) {
      new ConditionSql(sql).addRequired(condition);
    }
  }

  /**
   * Adds that a text stands in the message, as one or two conditions with AND between. ILIKE takes
   * four times as long as LIKE for a row; so what has no case, digits above all, is looked for by
   * LIKE, and most rows need nothing more.
   */
  static void addContains(Sql sql, String text) {
    String caseless = longestCaseless(text);
    boolean all = caseless.equals(text);
    if (caseless.length() >= MIN_CASELESS_CHARS || all) {
      sql.add("l.message LIKE ").bind("%" + escapeLike(caseless) + "%").add(all ? "" : " AND ");
    }
    if (!all) {
      addCaselessLike(sql, "%" + escapeLike(text) + "%");
    }
  }

  /**
   * Adds that the message is like a pattern, in any case. What is plain ASCII is compared so, byte
   * by byte; in another locale PostgreSQL first makes lower case of all of the message, which takes
   * twice as long.
   */
  static void addCaselessLike(Sql sql, String pattern) {
    sql.add("l.message ILIKE ").bind(pattern);
    if (Candidate.isAscii(pattern)) {
      sql.add(" COLLATE \"C\"");
    }
  }

  /** The longest part without letters; ASCII only, since others may be what letters fold to. */
  static String longestCaseless(String text) {
    String longest = "";
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || !isCaseless(text.charAt(i))) {
        if (i - from > longest.length()) {
          longest = text.substring(from, i);
        }
        from = i + 1;
      }
    }
    return longest;
  }

  private static boolean isCaseless(char c) {
    return c < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z');
  }

  /** Leaves out the rows of deleted apps, which are still there for a while. */
  public static void addLiveApps(Sql sql) {
    sql.add(" AND l.app_id <> ALL (ARRAY(SELECT id FROM apps WHERE deleted_at IS NOT NULL))");
  }

  /**
   * Adds that a column is the name of an app that somebody may see, with {@code AND} before it.
   *
   * @param column a constant of the program
   */
  public static void addAccess(Sql sql, String column, AppAccess access) {
    if (!access.isAll()) {
      sql.add(" AND " + column + " = ANY(").bind(array(access.sorted())).add(")");
    }
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
   * The conditions on app, level and service, all that there are; the table must have these
   * columns, and the alias {@code l}.
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
    Condition condition = filter.ofNames();
    if (condition != null) {
      new ConditionSql(sql).addRequired(condition);
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
