package io.logagg.cli;

import io.logagg.cli.screen.ProgressLine;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Tells why something is tried again, but not each time. Thread-safe. */
final class OncePerWhile implements Consumer<String> {
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final ProgressLine progress;
  private final LongSupplier nanos;
  private long toldAtNanos;
  private boolean told;

  OncePerWhile(ProgressLine progress, LongSupplier nanos) {
    this.progress = progress;
    this.nanos = nanos;
  }

  @Override
  public synchronized void accept(String why) {
    long now = nanos.getAsLong();
    if (!told || now - toldAtNanos >= PAUSE_NANOS) {
      told = true;
      toldAtNanos = now;
      progress.tell("logagg: " + why + "; trying again");
    }
  }
}
