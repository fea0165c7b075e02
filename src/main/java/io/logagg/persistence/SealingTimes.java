package io.logagg.persistence;

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
  /** As the configuration has it. */
  public static SealingTimes of(int afterHours) {
    return new SealingTimes(afterHours, 15, 0.5);
  }
}
