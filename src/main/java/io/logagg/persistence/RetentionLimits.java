package io.logagg.persistence;

import org.jspecify.annotations.Nullable;

/**
 * How much is kept.
 *
 * @param maxAgeDays of records whose app has no limit of its own; null for ever
 * @param maxBytes of all partitions with their indexes; 0 for any
 */
public record RetentionLimits(@Nullable Integer maxAgeDays, long maxBytes) {
  /** As the configuration has it, where 0 is no limit. */
  public static RetentionLimits of(int maxAgeDays, long maxBytes) {
    return new RetentionLimits(maxAgeDays == 0 ? null : maxAgeDays, maxBytes);
  }
}
