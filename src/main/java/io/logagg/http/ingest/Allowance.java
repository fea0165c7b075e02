package io.logagg.http.ingest;

import io.logagg.access.Principal;
import io.logagg.http.Problem;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import org.jspecify.annotations.Nullable;

/**
 * What one request takes from its key's limits. It is counted here first, and told now and then.
 * Belongs to the context of its request.
 */
public final class Allowance {
  /** For keys without limits; of all requests. */
  static final Allowance UNLIMITED = new Allowance(null, Principal.ANYBODY);

  private final @Nullable RateLimits limits;
  private final Principal sender;
  private long records;
  private long toldRecords;
  private long untoldBytes;

  Allowance(@Nullable RateLimits limits, Principal sender) {
    this.limits = limits;
    this.sender = sender;
  }

  /** Counts records that are about to be taken in, or refused as dead letters. */
  public void records(int count) {
    if (limits != null) {
      records += count;
    }
  }

  /** Counts bytes of the body, inflated. */
  public void bytes(int count) {
    if (limits != null) {
      untoldBytes += count;
    }
  }

  /** The same splitter, whose bytes are counted and taken as they come. */
  public BodySplitter counting(BodySplitter splitter) {
    return limits == null ? splitter : new Counting(splitter);
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
    public void end() throws FramingException {
      splitter.end();
    }
  }

  /** Takes what was counted. */
  public void tell() {
    if (limits != null) {
      limits.take(sender, RateKind.RECORDS, records - toldRecords);
      limits.take(sender, RateKind.BYTES, untoldBytes);
      toldRecords = records;
      untoldBytes = 0;
    }
  }

  /**
   * The request is done: gives back what came to nothing.
   *
   * @param taken how many records were taken in, or became dead letters
   */
  public void settle(long taken) {
    if (limits != null) {
      records = taken;
      tell();
    }
  }

  /** Why no more can be taken now; null if it can. */
  @Nullable Problem obstacle() {
    if (limits == null) {
      return null;
    }
    tell();
    return limits.obstacle(sender);
  }
}
