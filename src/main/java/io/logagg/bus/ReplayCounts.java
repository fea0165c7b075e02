package io.logagg.bus;

/**
 * What became of a replay of many. Those that were gone before it are in neither number.
 *
 * @param replayed are records now, and no dead letters any more
 * @param failed stay among the dead letters, with the new reason
 */
public record ReplayCounts(int replayed, int failed) {
  /** Nothing was there to be replayed. */
  public static final ReplayCounts NONE = new ReplayCounts(0, 0);

  /** Of this replay and another. */
  public ReplayCounts plus(ReplayCounts other) {
    return new ReplayCounts(replayed + other.replayed, failed + other.failed);
  }
}
