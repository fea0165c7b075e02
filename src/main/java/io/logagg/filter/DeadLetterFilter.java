package io.logagg.filter;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant. All that is given must hold; null says nothing.
 *
 * @param reason must be part of the reason, in any case
 * @param source the way it came, in full
 * @param sinceMicros first seen then or later, in microseconds since the epoch
 * @param untilMicros first seen before
 */
public record DeadLetterFilter(
    @Nullable String reason,
    @Nullable String source,
    @Nullable Long sinceMicros,
    @Nullable Long untilMicros) {

  /** Adds each condition on {@code dead_letters}, with {@code AND} before it. */
  public void addConditions(Sql sql) {
    if (reason != null) {
      sql.add(" AND reason ILIKE ").bind("%" + FilterSql.escapeLike(reason) + "%");
    }
    if (source != null) {
      sql.add(" AND source = ").bind(source);
    }
    FilterSql.addRange(sql, "first_seen", sinceMicros, untilMicros);
  }
}
