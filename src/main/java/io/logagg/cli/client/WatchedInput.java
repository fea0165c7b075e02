package io.logagg.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A body that is given up once nothing came of it for too long: a connection whose other end is
 * gone can be silent for ever. To be read by one thread.
 */
final class WatchedInput extends InputStream {
  private static final ScheduledExecutorService WATCH =
      Executors.newSingleThreadScheduledExecutor(WatchedInput::daemon);

  private final InputStream in;
  private final long limitNanos;
  private final ScheduledFuture<?> watching;
  private volatile long waitingSinceNanos;
  private volatile boolean waiting;
  private volatile boolean silent;

  WatchedInput(InputStream in, long limitMs) {
    this.in = in;
    this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMs);
    long everyMs = Math.max(1, limitMs / 4);
    this.watching =
        WATCH.scheduleWithFixedDelay(this::look, everyMs, everyMs, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "silence-watch");
    thread.setDaemon(true);
    return thread;
  }

  private void look() {
    if (waiting && System.nanoTime() - waitingSinceNanos > limitNanos) {
      silent = true;
      close(); // Which wakes the reader.
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    waitingSinceNanos = System.nanoTime();
    waiting = true;
    try {
      int read = in.read(bytes, from, count);
      if (silent) {
        throw silence();
      }
      return read;
    } catch (IOException e) {
      throw silent ? silence() : e;
    } finally {
      waiting = false;
    }
  }

  /** What the closed stream says instead is no cause of anything. */
  private IOException silence() {
    return new IOException(
        "nothing came for %d s".formatted(TimeUnit.NANOSECONDS.toSeconds(limitNanos)));
  }

  @Override
  public void close() {
    watching.cancel(false);
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a body that is not wanted any more can be closed", e);
    }
  }
}
