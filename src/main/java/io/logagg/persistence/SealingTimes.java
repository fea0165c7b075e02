package io.logagg.persistence;

import java.util.concurrent.TimeUnit;

/**
 * When records are sealed.
 *
 * @param afterHours a partition must have ended, and nothing been stored in it, for so long; 0 for
 *     never
 * @param emptyMinutes longer than any snapshot lives: how long an emptied partition is kept for
 *     those that still see rows in it
 * @param restPerWork how long nothing is done after each step, for each millisecond that it took
 */
public record SealingTimes(int afterHours, int emptyMinutes, double restPerWork) {
  /**
   * As the configuration has it.
   *
   * @param queryTimeoutMs no snapshot of ours lives longer
   */
  public static SealingTimes of(int afterHours, long queryTimeoutMs) {
    long longestMinutes = TimeUnit.MILLISECONDS.toMinutes(queryTimeoutMs) + 5;
    return new SealingTimes(afterHours, (int) Math.max(15, longestMinutes), 0.5);
  }
}
