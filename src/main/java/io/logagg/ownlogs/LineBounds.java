package io.logagg.ownlogs;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many lines are let through: a rate for all, and a much lower one for each kind of line of
 * those who store records. Whatever these say in an outage of what becomes of the lines stored
 * before, it stays a few. Thread-safe.
 */
final class LineBounds {
  static final int BURST = 1000;
  static final int PER_SECOND = 50;
  static final int BURST_OF_KIND = 20;
  static final int SECONDS_PER_LINE_OF_KIND = 10;

  /** More kinds than these packages have. */
  static final int MAX_KINDS = 256;

  private static final List<String> STORING =
      List.of(
          "io.logagg.stream.",
          "io.logagg.persistence.",
          "io.logagg.postgres.",
          "io.logagg.bus.",
          "io.vertx.",
          "io.netty.");

  private final LongSupplier nanoClock;
  private final LineRate all;
  private final Map<String, LineRate> kinds = new ConcurrentHashMap<>();

  LineBounds(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.all = new LineRate(BURST, TimeUnit.SECONDS.toNanos(1) / PER_SECOND, nanoClock);
  }

  /**
   * Whether one more may pass.
   *
   * @param kind its text before values were put in
   */
  boolean pass(String logger, String kind) {
    if (STORING.stream().anyMatch(logger::startsWith)) {
      String named = logger + ' ' + kind;
      boolean toldApart = kinds.size() < MAX_KINDS || kinds.containsKey(named);
      String key = toldApart ? named : "any other";
      if (!kinds.computeIfAbsent(key, first -> bucketOfKind()).pass()) {
        return false;
      }
    }
    return all.pass();
  }

  private LineRate bucketOfKind() {
    return new LineRate(
        BURST_OF_KIND, TimeUnit.SECONDS.toNanos(SECONDS_PER_LINE_OF_KIND), nanoClock);
  }
}
