package io.logagg.access;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Does one and the same thing for all who ask for it: one at a time, and not too often. Each gets
 * one that began after the asking, so that it cannot miss what was there by then. Thread-safe; the
 * work is done on a context of its own.
 */
final class SharedRefresh {
  private final Vertx vertx;
  private final Context own;
  private final long spacingMs;
  private final Supplier<Future<Void>> work;
  private List<Runnable> waiting = new ArrayList<>();
  private boolean isBusy;
  private long startedNanos;

  /**
   * Does nothing yet.
   *
   * @param spacingMs the least time between two beginnings
   * @param work may fail, which is the same to those who ask
   */
  SharedRefresh(Vertx vertx, long spacingMs, Supplier<Future<Void>> work) {
    this.vertx = vertx;
    this.own = vertx.getOrCreateContext();
    this.spacingMs = spacingMs;
    this.work = work;
    this.startedNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(spacingMs);
  }

  /** Done on the caller's context. Never fails. */
  Future<Void> ask() {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> promise = Promise.promise();
    own.runOnContext(
        here -> {
          waiting.add(() -> caller.runOnContext(back -> promise.complete()));
          schedule();
        });
    return promise.future();
  }

  private void schedule() {
    if (isBusy || waiting.isEmpty()) {
      return;
    }
    isBusy = true;
    long sinceMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    if (sinceMs >= spacingMs) {
      start();
    } else {
      vertx.setTimer(spacingMs - sinceMs, id -> start());
    }
  }

  private void start() {
    startedNanos = System.nanoTime();
    List<Runnable> served = waiting;
    waiting = new ArrayList<>();
    Future.<Void>succeededFuture()
        .compose(go -> work.get())
        .onComplete(done -> own.runOnContext(here -> finish(served)));
  }

  private void finish(List<Runnable> served) {
    isBusy = false;
    served.forEach(Runnable::run);
    schedule();
  }
}
