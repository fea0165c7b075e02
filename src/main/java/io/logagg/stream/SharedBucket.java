package io.logagg.stream;

/**
 * One process' copy of a bucket in Redis, with what is still to be told. Its owner sees to it that
 * it is used by one thread at a time.
 */
final class SharedBucket {
  /** More than this part of what a bucket holds is told at once. */
  private static final int URGENT_PARTS = 16;

  private final TokenBucket here;
  private long usedNanos;
  private long untold;
  private long beingTold;
  private boolean isUrgent;

  SharedBucket(long perSecond, long nowNanos) {
    this.here = new TokenBucket(perSecond, nowNanos);
    this.usedNanos = nowNanos;
  }

  long perSecond() {
    return here.perSecond();
  }

  void fillAt(long perSecond, long nowNanos) {
    usedNanos = nowNanos;
    if (perSecond != here.perSecond()) {
      here.fillAt(perSecond, nowNanos);
    }
  }

  double level(long nowNanos) {
    usedNanos = nowNanos;
    return here.level(nowNanos);
  }

  /** Whether Redis should hear of it now; said once until it does. */
  boolean take(long count, long nowNanos) {
    usedNanos = nowNanos;
    here.take(count, nowNanos);
    untold += count;
    boolean isNews = !isUrgent && untold > here.perSecond() / URGENT_PARTS;
    isUrgent |= isNews;
    return isNews;
  }

  boolean isActive(long nowNanos, long activeNanos) {
    return untold != 0 || nowNanos - usedNanos < activeNanos;
  }

  /** Whether nothing is lost if it is forgotten. */
  boolean isIdle(long nowNanos, long idleNanos) {
    return untold == 0
        && beingTold == 0
        && nowNanos - usedNanos > idleNanos
        && here.isFull(nowNanos);
  }

  /**
   * How much Redis is to hear of.
   *
   * @param wasAlone whether Redis was away. Its bucket has filled meanwhile, and knows nothing of
   *     what was taken and has come in again here; only what is missing here is missing there
   */
  long beginTelling(boolean wasAlone, long nowNanos) {
    long missing = (long) Math.ceil(here.perSecond() - here.level(nowNanos));
    beingTold = wasAlone ? Math.min(untold, missing) : untold;
    untold = 0;
    isUrgent = false;
    return beingTold;
  }

  /** Redis has heard of it, and says what is in the bucket. */
  void told(double level, long nowNanos) {
    beingTold = 0;
    here.set(level - untold, nowNanos);
  }

  void notTold() {
    untold += beingTold;
    beingTold = 0;
  }
}
