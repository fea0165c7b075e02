package io.logagg.http.ingest;

import io.logagg.http.reply.Problem;
import io.logagg.http.reply.ProblemException;
import io.logagg.retry.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one request on their way to a backend, and what became of them. A part that could
 * not be taken leaves a gap: what comes after it is not sent any more, but what was under way
 * already may be taken. The sender is told only one place to go on from, so such gaps are filled
 * first, with the same stamps and keys, for as long as that may take. Belongs to one context.
 */
final class Shipments {
  private static final long FILLING_LIMIT_NANOS = 10_000_000_000L;

  private final Vertx vertx;
  private final Backoff backoff;
  private final Runnable onFilling;
  private final List<Part> gaps = new ArrayList<>();
  private final ArrayDeque<Part> inTurn = new ArrayDeque<>();

  private int inFlight;
  private long inFlightBytes;
  private long enqueued;
  private long rejected;
  private Backend backend = Backend.REDIS;
  private long lastTaken = -1;
  private @Nullable Problem failure;
  private Runnable onProgress = () -> {};
  private @Nullable Promise<Void> settled;
  private long fillUntilNanos;

  /**
   * For one request.
   *
   * @param onFilling is run for each part that is sent again to fill a gap
   */
  Shipments(Vertx vertx, RandomGenerator random, Runnable onFilling) {
    this.vertx = vertx;
    this.onFilling = onFilling;
    this.backoff = new Backoff(50, 1000, random);
  }

  /**
   * How a part arrived.
   *
   * @param rejected how many of it are dead letters
   */
  record Arrival(Backend backend, int enqueued, int rejected) {}

  /**
   * A part of a request.
   *
   * @param index the place of its first record in the request
   * @param last the place of its last record; other parts may have records in between
   * @param bytes of input
   * @param way sends it; may be asked more than once
   * @param onGone is run once it is kept here no longer
   */
  record Part(long index, long last, int bytes, Supplier<Future<Arrival>> way, Runnable onGone) {}

  /** Is run whenever something on its way has arrived. */
  void onProgress(Runnable action) {
    onProgress = action;
  }

  /** Whether so much is on its way that no more should be read. */
  boolean isFull() {
    return inFlightBytes >= IngestLimits.IN_FLIGHT_BYTES
        || inFlight >= IngestLimits.IN_FLIGHT_BATCHES
        || inTurn.size() > 1;
  }

  /** Whether something could not be taken, so that the rest need not be tried. */
  boolean hasFailed() {
    return failure != null;
  }

  void send(Part part) {
    if (hasFailed()) {
      gaps.add(part); // To be filled all the same if something behind it was taken.
    } else {
      dispatch(part);
    }
  }

  /** Sends it once all that came before it this way have arrived: one at a time is under way. */
  void sendInTurn(Part part) {
    inTurn.add(part);
    if (inTurn.size() == 1) {
      sendNextInTurn();
    }
  }

  private void sendNextInTurn() {
    Part next = inTurn.peek();
    if (next != null && !hasFailed()) {
      dispatch(next);
    } else {
      // Something behind these may be taken already, so they are gaps.
      gaps.addAll(inTurn);
      inTurn.clear();
    }
  }

  private void dispatch(Part part) {
    inFlight++;
    inFlightBytes += part.bytes();
    part.way()
        .get()
        .onComplete(
            result -> {
              inFlight--;
              inFlightBytes -= part.bytes();
              if (result.succeeded()) {
                taken(part, result.result());
              } else {
                gaps.add(part);
                failed(result.cause());
              }
              if (part.equals(inTurn.peek())) {
                inTurn.remove();
                sendNextInTurn();
              }
              onProgress.run();
              settle();
            });
  }

  private void taken(Part part, Arrival arrival) {
    enqueued += arrival.enqueued();
    rejected += arrival.rejected();
    lastTaken = Math.max(lastTaken, part.last());
    if (arrival.backend() == Backend.DB) {
      backend = Backend.DB;
    }
    part.onGone().run();
  }

  private void failed(Throwable cause) {
    if (failure == null) {
      failure =
          cause instanceof ProblemException known
              ? known.problem()
              : Problem.retryLater(503, String.valueOf(cause.getMessage()), 2);
    }
  }

  /** No more will come: done once all has arrived, or failed to with nothing taken behind it. */
  Future<Void> finish() {
    Promise<Void> promise = Promise.promise();
    settled = promise;
    fillUntilNanos = System.nanoTime() + FILLING_LIMIT_NANOS;
    settle();
    return promise.future();
  }

  private void settle() {
    Promise<Void> promise = settled;
    if (promise == null || inFlight > 0) {
      return;
    }
    List<Part> holes = gaps.stream().filter(gap -> gap.index() < lastTaken).toList();
    if (holes.isEmpty() || System.nanoTime() - fillUntilNanos > 0) {
      settled = null;
      gaps.forEach(gap -> gap.onGone().run());
      promise.complete();
    } else {
      inFlight++; // So that nobody else settles meanwhile.
      vertx.setTimer(
          backoff.nextMs(),
          id -> {
            gaps.removeAll(holes);
            holes.forEach(
                hole -> {
                  onFilling.run();
                  dispatch(hole);
                });
            inFlight--;
            settle(); // All of them may have failed at once.
          });
    }
  }

  /** The place of the first record that was not taken; the highest number if all were. */
  long firstMissing() {
    return gaps.stream().mapToLong(Part::index).min().orElse(Long.MAX_VALUE);
  }

  /** Why something was not taken at once, be it taken by now or not; null if all was. */
  @Nullable Problem firstFailure() {
    return failure;
  }

  long enqueued() {
    return enqueued;
  }

  long rejected() {
    return rejected;
  }

  /** Where the records are; {@code DB} if only some are. */
  Backend backend() {
    return backend;
  }
}
