package io.logagg.bench;

import java.util.concurrent.locks.LockSupport;

/**
 * When requests are due. In the closed loop that is whenever a connection is free; in the open loop
 * each has its time from the start, and latency counts from then, sent or not, so that a server
 * that stalls cannot hide it (no coordinated omission).
 *
 * @param startNanos of {@link System#nanoTime}
 * @param requestsPerSecond 0 for the closed loop
 */
record Pace(long startNanos, double requestsPerSecond) {

  /** Waits until the request is due, if it is not overdue, and returns when that was. */
  long await(long request) {
    if (requestsPerSecond == 0) {
      return System.nanoTime();
    }
    long due = dueNanos(request);
    for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
      LockSupport.parkNanos(wait);
    }
    return due;
  }

  /** In the open loop. */
  long dueNanos(long request) {
    return startNanos + (long) (request * 1e9 / requestsPerSecond);
  }
}
