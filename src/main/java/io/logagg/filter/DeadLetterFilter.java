package io.logagg.filter;

import io.logagg.record.AppAccess;
import io.logagg.record.RefusalKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant. All that is given must hold; null says nothing.
 *
 * @param kind the kind of the reason
 * @param reason must be part of the reason, in any case
 * @param source the way it came, in full
 * @param sinceMicros first seen then or later, in microseconds since the epoch
 * @param untilMicros first seen before
 * @param access whose: a letter is meant if all of its apps are among these; one whose apps cannot
 *     be told, only if these are all there are
 */
public record DeadLetterFilter(
    @Nullable RefusalKind kind,
    @Nullable String reason,
    @Nullable String source,
    @Nullable Long sinceMicros,
    @Nullable Long untilMicros,
    AppAccess access) {

  /** All of them. */
  public static final DeadLetterFilter ANY =
      new DeadLetterFilter(null, null, null, null, null, AppAccess.ALL);

  /** Adds each condition on {@code dead_letters}, with {@code AND} before it. */
  public void addConditions(Sql sql) {
    if (kind != null) {
      sql.add(" AND kind = ").bind(kind.code());
    }
    if (reason != null) {
      sql.add(" AND reason ILIKE ").bind("%" + FilterSql.escapeLike(reason) + "%");
    }
    if (source != null) {
      sql.add(" AND source = ").bind(source);
    }
    FilterSql.addRange(sql, "first_seen", sinceMicros, untilMicros);
    addAccess(sql, access);
  }

  /** Adds that this one may see the row of {@code dead_letters}, with {@code AND} before it. */
  public static void addAccess(Sql sql, AppAccess access) {
    if (!access.isAll()) {
      sql.add(" AND apps <@ ").bind(access.sorted().toArray(String[]::new));
    }
  }

  /**
   * Part of the dead letters that are meant, newest first.
   *
   * @param after those before this one in time only; null for the newest
   * @param limit how many at most
   * @param maxBytes of their payloads; the first goes in whatever its size, the last may go beyond
   */
  public record Page(@Nullable UUID after, int limit, long maxBytes) {}

  /**
   * A query of that page.
   *
   * @param columns to select; behind them stands {@code more}, whether others follow the page
   */
  public Sql select(String columns, Page page) {
    Sql sql = new Sql().add("SELECT ").add(columns).add(", found > no AS more FROM (");
    sql.add(
        "SELECT *, row_number() OVER newest AS no, sum(bytes) OVER newest - bytes AS bytes_before,");
    sql.add(" count(*) OVER () AS found FROM (SELECT * FROM dead_letters WHERE true");
    addConditions(sql);
    if (page.after() != null) {
      sql.add(" AND id < ").bind(page.after());
    }
    // One more than asked for, to know whether there is one.
    sql.add(" ORDER BY id DESC LIMIT ").bind(page.limit() + 1);
    sql.add(") AS meant WINDOW newest AS (ORDER BY id DESC ROWS UNBOUNDED PRECEDING)) AS sized");
    sql.add(" WHERE no <= ").bind((long) page.limit());
    return sql.add(" AND bytes_before < ").bind(page.maxBytes()).add(" ORDER BY id DESC");
  }
}
