package io.logagg.protocol;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins the lines of stack traces, which come one by one, to the line before them; which lines
 * those are, {@link TraceLines} tells. Lines are joined that follow one another from the same
 * sender within {@link #WINDOW_NANOS}, {@link #MAX_LINES} at most. So each line is held until the
 * next one of its sender comes, or that time has passed. Not thread-safe.
 *
 * @param <T> what a line has beside its text; of the joined ones, the first's counts
 */
public final class MultilineJoiner<T> {
  public static final long WINDOW_NANOS = 200_000_000;
  static final int MAX_LINES = 500;

  /** Beyond that, who has been silent for longest is waited for no more. */
  static final int MAX_SENDERS = 1000;

  /** About what a group takes beside what is in it: also one without any text takes room. */
  static final int GROUP_BYTES = 512;

  private final int maxChars;
  private final Target<T> target;
  private final Map<String, Group<T>> groups = new LinkedHashMap<>();
  private int heldChars;
  private int heldBeside;

  /** Takes what was joined. */
  public interface Target<T> {
    void joined(T first, String text);
  }

  private static final class Group<T> {
    final T first;
    final TraceLines lines;
    final String head;
    final int beside;
    @Nullable StringBuilder joined;
    long lastNanos;

    Group(T first, String head, int beside, long nowNanos) {
      this.first = first;
      this.head = head;
      this.beside = beside;
      this.lines = new TraceLines(head);
      this.lastNanos = nowNanos;
    }

    int chars() {
      return joined == null ? head.length() : joined.length();
    }

    void append(String text) {
      StringBuilder all = joined;
      if (all == null) {
        all = new StringBuilder(head);
        joined = all;
      }
      all.append('\n').append(text);
    }

    String text() {
      return joined == null ? head : joined.toString().stripTrailing();
    }
  }

  /**
   * For one connection or body.
   *
   * @param maxChars how long a joined text may become
   */
  public MultilineJoiner(int maxChars, Target<T> target) {
    this.maxChars = maxChars;
    this.target = target;
  }

  /**
   * The next line.
   *
   * @param sender whose lines may belong together
   * @param nowNanos of a clock that only goes forward
   */
  public void add(String sender, T line, String text, long nowNanos) {
    add(sender, line, 0, text, nowNanos);
  }

  /**
   * The same.
   *
   * @param lineBytes about what {@code line} takes
   */
  public void add(String sender, T line, int lineBytes, String text, long nowNanos) {
    Group<T> group = groups.remove(sender); // So that it becomes the newest.
    if (group != null) {
      boolean fits =
          nowNanos - group.lastNanos <= WINDOW_NANOS
              && group.lines.count() < MAX_LINES
              && group.chars() + text.length() < maxChars;
      if (fits && group.lines.join(text)) {
        group.append(text);
        group.lastNanos = nowNanos;
        heldChars += text.length() + 1;
        groups.put(sender, group);
        return;
      }
      handOn(group);
    }
    int beside = GROUP_BYTES + sender.length() + lineBytes;
    groups.put(sender, new Group<>(line, text, beside, nowNanos));
    heldChars += text.length();
    heldBeside += beside;
    if (groups.size() > MAX_SENDERS) {
      handOnOldest();
    }
  }

  /** Hands on what nothing was added to for long enough. */
  public void expire(long nowNanos) {
    while (!groups.isEmpty()) {
      if (nowNanos - groups.values().iterator().next().lastNanos <= WINDOW_NANOS) {
        return;
      }
      handOnOldest();
    }
  }

  /** Hands on all that is held. */
  public void flush() {
    while (!groups.isEmpty()) {
      handOnOldest();
    }
  }

  private void handOnOldest() {
    Iterator<Group<T>> oldest = groups.values().iterator();
    Group<T> group = oldest.next();
    oldest.remove();
    handOn(group);
  }

  private void handOn(Group<T> group) {
    heldChars -= group.chars();
    heldBeside -= group.beside;
    target.joined(group.first, group.text());
  }

  /** How many characters are held. */
  public int heldChars() {
    return heldChars;
  }

  /** About how much memory is held: the texts, the lines beside them, and who sent them. */
  public int heldBytes() {
    return heldChars + heldBeside;
  }
}
