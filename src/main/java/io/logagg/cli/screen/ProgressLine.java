package io.logagg.cli.screen;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How far something is, in one line of a terminal that is written over; nowhere else. Thread-safe.
 */
public final class ProgressLine {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int BAR_COLUMNS = 20;

  /** Moves to the beginning of the line and empties it (ECMA-48). */
  private static final String EMPTY_LINE = "\r\u001B[K";

  private final PrintStream out;
  private final Terminal terminal;
  private final LongSupplier nanos;
  private final long beginNanos;
  private String shownName = "";
  private long nameBeginNanos;
  private long nameBeginBytes;
  private long shownAtNanos;
  private boolean isShown;

  /**
   * For something that begins now.
   *
   * @param nanos such as {@link System#nanoTime}
   */
  public ProgressLine(PrintStream out, Terminal terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
    this.beginNanos = nanos.getAsLong();
    this.nameBeginNanos = beginNanos;
    this.shownAtNanos = beginNanos;
  }

  /**
   * How far it is.
   *
   * @param name of what is worked on
   * @param doneBytes of {@code allBytes}, by which the rest is guessed
   * @param allBytes 0 if that is not known
   */
  public record State(String name, long doneBytes, long allBytes, long records) {}

  /** Shows it, if a person looks on and has not just seen it. */
  public synchronized void show(State state) {
    long now = nanos.getAsLong();
    if (!state.name().equals(shownName)) {
      // What was passed over at its beginning took no time to speak of.
      nameBeginNanos = shownName.isEmpty() ? beginNanos : now;
      nameBeginBytes = state.doneBytes();
      shownName = state.name();
    }
    if (terminal.isTerminal() && now - shownAtNanos >= PAUSE_NANOS) {
      shownAtNanos = now;
      isShown = true;
      String text = text(state, now - nameBeginNanos, nameBeginBytes);
      out.print(EMPTY_LINE + text.substring(0, Math.min(text.length(), terminal.columns() - 1)));
      out.flush();
    }
  }

  static String text(State state, long nanos, long beginBytes) {
    double seconds = Math.max(1e-3, nanos / 1e9);
    StringBuilder text = new StringBuilder(SafeText.line(state.name()));
    if (state.allBytes() > 0) {
      double share = Math.min(1, (double) state.doneBytes() / state.allBytes());
      int filled = (int) (share * BAR_COLUMNS);
      text.append(" [")
          .append("#".repeat(filled))
          .append(" ".repeat(BAR_COLUMNS - filled))
          .append("] ")
          .append((int) (share * 100))
          .append('%');
    } else {
      text.append(' ').append(bytes(state.doneBytes()));
    }
    text.append("  ").append(count(state.records())).append(" records  ");
    text.append(count((long) (state.records() / seconds))).append("/s");
    long sinceThen = state.doneBytes() - beginBytes;
    if (state.allBytes() > 0 && sinceThen > 0) {
      double rest = seconds * (state.allBytes() - state.doneBytes()) / sinceThen;
      text.append("  ").append(span((long) Math.ceil(Math.max(0, rest)))).append(" left");
    }
    return text.toString();
  }

  /** A number with a blank for thousands. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
  }

  /** A size in the unit that suits it. */
  public static String bytes(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    double size = bytes;
    String unit = "";
    for (String next : new String[] {"KiB", "MiB", "GiB", "TiB"}) {
      if (size >= 1024) {
        size /= 1024;
        unit = next;
      }
    }
    return String.format(Locale.ROOT, "%.1f %s", size, unit);
  }

  private static String span(long seconds) {
    return seconds < 3600
        ? "%d:%02d".formatted(seconds / 60, seconds % 60)
        : "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /** Since it began, in seconds. */
  public double seconds() {
    return (nanos.getAsLong() - beginNanos) / 1e9;
  }

  /** Makes room for another line. */
  public synchronized void clear() {
    if (isShown) {
      isShown = false;
      out.print(EMPTY_LINE);
      out.flush();
    }
  }

  /** Prints a line of its own, and the progress again with the next that is shown. */
  public synchronized void tell(String line) {
    clear();
    out.println(line);
  }
}
