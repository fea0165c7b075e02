package io.logagg.check;

import java.util.concurrent.TimeUnit;

/** How far it is, in one line of a terminal that is written over; nowhere else. Not thread-safe. */
final class Progress {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Moves to the beginning of the line and empties it (ECMA-48). */
  private static final String EMPTY_LINE = "\r\u001B[K";

  private final long total;
  private final boolean isOn;
  private long shownAtNanos = System.nanoTime();
  private boolean isShown;

  private Progress(long total, boolean isOn) {
    this.total = total;
    this.isOn = isOn;
  }

  /**
   * Shows it if a person looks on.
   *
   * @param total how many blocks there are, about
   */
  @SuppressWarnings("SystemConsoleNull") // With the property it still does.
  static Progress onTerminal(long total) {
    // Others are there without a terminal, too (System.console in Java 22).
    System.setProperty("jdk.console", "java.base");
    return new Progress(total, System.console() != null);
  }

  /** So many are done. */
  void show(long done) {
    long now = System.nanoTime();
    if (!isOn || now - shownAtNanos < PAUSE_NANOS) {
      return;
    }
    shownAtNanos = now;
    isShown = true;
    System.err.printf("%s%d of %d blocks", EMPTY_LINE, done, Math.max(done, total));
  }

  /** Makes room for another line. */
  void clear() {
    if (isShown) {
      isShown = false;
      System.err.print(EMPTY_LINE);
    }
  }
}
