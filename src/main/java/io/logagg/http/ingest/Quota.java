package io.logagg.http.ingest;

import io.logagg.stream.SharedBuckets;
import io.micrometer.core.instrument.Counter;

/**
 * One of a key's limits, by the bucket that it takes from. Thread-safe.
 *
 * @param key of the bucket
 * @param refused counts the requests that met it
 */
record Quota(SharedBuckets buckets, RateKind kind, String key, long perSecond, Counter refused) {
  /** Has the bucket fill at this rate, whatever it was before. */
  void fill() {
    buckets.fillAt(key, perSecond);
  }

  void take(long count) {
    if (count != 0) {
      buckets.take(key, perSecond, count);
    }
  }

  /** How much of it is there; below zero for a debt. */
  double level() {
    return buckets.level(key, perSecond);
  }

  /** Until when there is surely no more than at this level; from then on there is something. */
  int seconds(double level) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.ceil(-level / perSecond)));
  }

  String policy() {
    return "\"%s\";q=%d;qu=\"%s\";w=1".formatted(kind.code(), perSecond, kind.unit());
  }

  String rest() {
    double level = level();
    return "\"%s\";r=%d;t=%d".formatted(kind.code(), (long) Math.max(0, level), seconds(level));
  }
}
