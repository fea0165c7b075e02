package io.logagg.http.reply;

import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * How many large answers are under way in this process. Each holds up to two chunks of rows in
 * memory for as long as its reader takes. Thread-safe.
 */
public final class LargeReplies {
  private static final int RETRY_AFTER_SECONDS = 5;

  /** So many may keep a core busy, and hold some tens of megabytes. */
  static final int MAX_HEAVY = 2;

  private final int max;
  private final AtomicInteger current = new AtomicInteger();
  private final AtomicInteger heavy = new AtomicInteger();

  /**
   * For one process.
   *
   * @param max how many may be under way at once
   */
  public LargeReplies(int max) {
    this.max = max;
  }

  /**
   * Takes a place, to be left with {@link #leave}.
   *
   * @throws ProblemException 503 if all are taken
   */
  void enter() {
    if (current.incrementAndGet() > max) {
      leave();
      throw Problem.retryLater(
              503,
              "http.maxLargeReplies=" + max + " large answers are under way already",
              RETRY_AFTER_SECONDS)
          .at(Limit.LARGE_REPLIES)
          .toException();
    }
  }

  void leave() {
    current.decrementAndGet();
  }

  /** Sends an answer in a place of its own. */
  public Future<Void> send(Supplier<Future<Void>> reply) {
    enter();
    Future<Void> sent;
    try {
      sent = reply.get();
    } catch (RuntimeException e) {
      leave();
      throw e;
    }
    return sent.onComplete(done -> leave());
  }

  /** The same for one that takes far more than others, of which there are few at once. */
  public Future<Void> sendHeavy(Supplier<Future<Void>> reply) {
    if (heavy.incrementAndGet() > MAX_HEAVY) {
      heavy.decrementAndGet();
      throw Problem.retryLater(
              503,
              MAX_HEAVY + " requests that look at very many records are under way already",
              RETRY_AFTER_SECONDS)
          .at(Limit.LARGE_REPLIES)
          .toException();
    }
    Future<Void> sent;
    try {
      sent = send(reply);
    } catch (RuntimeException e) {
      heavy.decrementAndGet();
      throw e;
    }
    return sent.onComplete(done -> heavy.decrementAndGet());
  }

  /** How many there are now. */
  public int current() {
    return current.get();
  }
}
