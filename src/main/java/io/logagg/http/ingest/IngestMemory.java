package io.logagg.http.ingest;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The memory that all requests of one verticle share: what they have taken in and not handed over
 * yet, in bytes of input. When it is used up, whoever holds an unfinished batch sends it, and
 * nobody reads on until some is free again. What is held of records whose end has not arrived is an
 * account of its own, since only its sender can end it. Belongs to one context.
 */
public final class IngestMemory {
  private final long maxBytes;
  private final Set<IngestIntake> gathering = new LinkedHashSet<>();
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private long usedBytes;
  private long unfinishedBytes;
  private boolean waking;

  /**
   * For one context.
   *
   * @param maxBytes of either account
   */
  public IngestMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  long maxBytes() {
    return maxBytes;
  }

  /** What is taken in and not handed over yet, in bytes. */
  long usedBytes() {
    return usedBytes;
  }

  /** What is held of records whose end has not arrived, in bytes. */
  long unfinishedBytes() {
    return unfinishedBytes;
  }

  void use(int bytes) {
    usedBytes += bytes;
  }

  /** Those who wait go on, in their order, for as long as there is some. */
  void free(int bytes) {
    usedBytes -= bytes;
    if (waking) {
      return; // Whoever goes on may free some at once.
    }
    waking = true;
    try {
      Runnable next = isUsedUp() ? null : waiting.poll();
      while (next != null) {
        next.run();
        next = isUsedUp() ? null : waiting.poll();
      }
    } finally {
      waking = false;
    }
  }

  /** Notes who holds an unfinished batch, to be sent when memory is short. */
  void gathers(IngestIntake intake) {
    gathering.add(intake);
  }

  void gathersNoMore(IngestIntake intake) {
    gathering.remove(intake);
  }

  boolean isUsedUp() {
    return usedBytes >= maxBytes;
  }

  /** Has all unfinished batches sent, and {@code goOn} run once there is memory again. */
  void await(Runnable goOn) {
    waiting.add(goOn);
    List.copyOf(gathering).forEach(IngestIntake::sendGathered);
  }

  /** Notes that a request holds more, or less, of a record whose end has not arrived. */
  void holds(long moreBytes) {
    unfinishedBytes += moreBytes;
  }

  /** Whether too much is held of records whose ends have not arrived. */
  boolean hasTooManyUnfinished() {
    return unfinishedBytes > maxBytes;
  }
}
