package io.logagg.access;

import org.jspecify.annotations.Nullable;

/**
 * How much may come in with one key, on all processes together; null for any amount.
 *
 * @param recordsPerSecond of records that are taken in
 * @param bytesPerSecond of bodies, inflated
 */
public record KeyLimits(@Nullable Long recordsPerSecond, @Nullable Long bytesPerSecond) {
  public static final KeyLimits NONE = new KeyLimits(null, null);

  public boolean isNone() {
    return recordsPerSecond == null && bytesPerSecond == null;
  }
}
