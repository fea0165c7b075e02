package io.logagg.ownlogs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Lines that wait, up to a bound in lines and one in characters. Of an outage its beginning is
 * worth most, so it is new lines that find no room. Thread-safe; never waits.
 */
final class LineQueue {
  static final int MAX_LINES = 5000;
  static final int MAX_CHARS = 4 << 20;

  private final Queue<LogLine> lines = new ArrayDeque<>();
  private int chars;

  /** Whether there was room. */
  synchronized boolean offer(LogLine line) {
    if (lines.size() >= MAX_LINES || chars + line.chars() > MAX_CHARS) {
      return false;
    }
    chars += line.chars();
    return lines.add(line);
  }

  /** Takes the oldest ones: at least one if there is any, else no more than these bounds allow. */
  synchronized List<LogLine> take(int maxLines, int maxChars) {
    List<LogLine> taken = new ArrayList<>();
    int takenChars = 0;
    for (LogLine next = lines.peek(); next != null; next = lines.peek()) {
      takenChars += next.chars();
      if (!taken.isEmpty() && (taken.size() >= maxLines || takenChars > maxChars)) {
        break;
      }
      taken.add(next);
      lines.remove();
      chars -= next.chars();
    }
    return taken;
  }

  synchronized int size() {
    return lines.size();
  }
}
