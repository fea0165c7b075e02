package io.logagg.http.ingest;

import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one request takes from its key's limits. It is counted here first, and told now and then.
 * Belongs to the context of its request.
 */
final class Allowance {
  /** For keys without limits; of all requests, so that it keeps nothing. */
  static final Allowance UNLIMITED = new Allowance(List.of());

  /** The draft, section 5. */
  private static final String QUOTA_EXCEEDED =
      "https://iana.org/assignments/http-problem-types#quota-exceeded";

  private final List<Quota> quotas;
  private List<Quota> met = List.of();
  private long records;
  private long toldRecords;
  private long untoldBytes;

  Allowance(List<Quota> quotas) {
    this.quotas = List.copyOf(quotas);
  }

  List<Quota> quotas() {
    return quotas;
  }

  private boolean isLimited() {
    return !quotas.isEmpty();
  }

  /** Counts records that are about to be taken in, or refused as dead letters. */
  void records(int count) {
    if (isLimited()) {
      records += count;
    }
  }

  /** Counts bytes of the body, inflated. */
  void bytes(int count) {
    if (isLimited()) {
      untoldBytes += count;
    }
  }

  /** The same splitter, whose bytes are counted and taken as they come. */
  BodySplitter counting(BodySplitter splitter) {
    return isLimited() ? new Counting(splitter) : splitter;
  }

  private final class Counting implements BodySplitter {
    private final BodySplitter splitter;

    Counting(BodySplitter splitter) {
      this.splitter = splitter;
    }

    @Override
    public void feed(byte[] bytes, int from, int to) throws FramingException {
      bytes(to - from);
      tell();
      splitter.feed(bytes, from, to);
    }

    @Override
    public int heldBytes() {
      return splitter.heldBytes();
    }

    @Override
    public boolean end() throws FramingException {
      return splitter.end();
    }
  }

  /** Takes what was counted. */
  void tell() {
    if (isLimited()) {
      for (Quota quota : quotas) {
        quota.take(
            switch (quota.kind()) {
              case RECORDS -> records - toldRecords;
              case BYTES -> untoldBytes;
            });
      }
      toldRecords = records;
      untoldBytes = 0;
    }
  }

  /**
   * The request is done: gives back what came to nothing.
   *
   * @param taken how many records were taken in, or became dead letters
   */
  void settle(long taken) {
    if (isLimited()) {
      records = taken;
      tell();
    }
  }

  /** Why nothing of a request can be taken now, at {@link Limit#API_KEY}; null if it can. */
  @Nullable Problem obstacle() {
    return obstacle(0);
  }

  /**
   * The same for more of a request that was let in. It may bring the key into debt by a second's
   * worth, so that a small one is not cut into two: sent again from its beginning, as agents do, it
   * would take from the limit for its first part each time, and might never come to its end.
   */
  @Nullable Problem obstacleOnTheWay() {
    return obstacle(1);
  }

  private @Nullable Problem obstacle(int debtSeconds) {
    tell();
    for (Quota quota : quotas) {
      if (isUsedUp(quota, debtSeconds)) {
        return usedUp(debtSeconds);
      }
    }
    return null;
  }

  private static boolean isUsedUp(Quota quota, int debtSeconds) {
    return quota.level() <= -debtSeconds * (double) quota.perSecond();
  }

  private @Nullable Problem usedUp(int debtSeconds) {
    List<Quota> usedUp = new ArrayList<>(quotas.size());
    int seconds = 1;
    for (Quota quota : quotas) {
      if (isUsedUp(quota, debtSeconds)) {
        usedUp.add(quota);
        seconds = Math.max(seconds, quota.seconds(quota.level()));
      }
    }
    if (usedUp.isEmpty()) {
      return null; // It has filled up in between.
    }
    met = usedUp;
    String limits =
        usedUp.stream()
            .map(quota -> "%d %s".formatted(quota.perSecond(), quota.kind().code()))
            .collect(Collectors.joining(" and "));
    return Problem.retryLater(429, "this API key may send " + limits + " a second", seconds)
        .at(Limit.API_KEY)
        .with("type", QUOTA_EXCEEDED)
        .with("title", "The quota of the API key is used up")
        .with("violated-policies", usedUp.stream().map(quota -> quota.kind().code()).toList());
  }

  /** Counts the request as one that is answered with its last {@link #obstacle}. */
  void countRefusal() {
    met.forEach(quota -> quota.refused().increment());
  }
}
