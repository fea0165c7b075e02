package io.logagg.protocol.syslog;

import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.SliceBuffer;
import io.logagg.protocol.SliceSink;

/**
 * Cuts a stream of messages at its frames as RFC 6587 has them, and tells for each frame anew how
 * it is made: with its length before it (octet counting), or ended by a line feed or NUL. A length
 * counts only where digits and a blank stand before the {@code <} that each message has; other
 * lines that begin with digits are lines. What is longer than allowed is passed over to its end.
 * Not thread-safe.
 */
public final class SyslogFramer implements BodySplitter {
  /** Up to 9 999 999 999 bytes. */
  private static final int MAX_DIGITS = 10;

  private final SliceSink sink;
  private final SliceBuffer held;
  private final int maxBytes;
  private long frame;
  private State state = State.START;

  /** Of the frame being read, as its length says; what is left of it. */
  private long left;

  private enum State {
    /** Nothing of the frame was read. */
    START,
    /** All that was read are digits. */
    DIGITS,
    /** Digits and a blank. */
    BLANK,
    COUNTED,
    LINE
  }

  public SyslogFramer(SliceSink sink, int maxBytes) {
    this.sink = sink;
    this.maxBytes = maxBytes;
    // A carriage return does not count as content.
    this.held = new SliceBuffer(maxBytes + 1);
  }

  @Override
  public void feed(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      at =
          switch (state) {
            case START -> start(bytes, at);
            case DIGITS, BLANK -> length(bytes, at);
            case COUNTED -> counted(bytes, at, to);
            case LINE -> line(bytes, at, to);
          };
    }
  }

  private int start(byte[] bytes, int at) {
    byte first = bytes[at];
    if (first == '\n' || first == '\r' || first == 0) {
      return at + 1; // What some put behind a counted frame.
    }
    left = 0;
    state = first >= '1' && first <= '9' ? State.DIGITS : State.LINE;
    return at;
  }

  private int length(byte[] bytes, int at) {
    byte next = bytes[at];
    if (state == State.BLANK && next == '<') {
      held.clear();
      state = State.COUNTED;
      return at;
    }
    boolean isDigit = next >= '0' && next <= '9' && held.size() < MAX_DIGITS;
    if (state == State.DIGITS && (isDigit || next == ' ')) {
      held.append(bytes, at, at + 1);
      if (isDigit) {
        left = left * 10 + (next - '0');
      } else {
        state = State.BLANK;
      }
      return at + 1;
    }
    state = State.LINE;
    return at;
  }

  private int counted(byte[] bytes, int from, int to) {
    int end = (int) Math.min(to, from + left);
    held.append(bytes, from, end);
    left -= end - from;
    if (left == 0) {
      handOn();
    }
    return end;
  }

  private int line(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != '\n' && bytes[end] != 0) {
      end++;
    }
    held.append(bytes, from, end);
    if (end == to) {
      return end;
    }
    handOn();
    return end + 1;
  }

  private void handOn() {
    frame++;
    int end = held.size();
    long length = held.length();
    if (length <= held.size()) {
      while (end > 0 && isEnd(held.bytes()[end - 1])) {
        end--;
      }
      length = end;
    }
    if (length > maxBytes) {
      sink.oversize(frame, held.bytes(), 0, Math.min(end, maxBytes), length);
    } else if (end > 0) {
      sink.slice(frame, held.bytes(), 0, end);
    }
    held.clear();
    state = State.START;
  }

  private static boolean isEnd(byte b) {
    return b == '\n' || b == '\r' || b == 0;
  }

  @Override
  public int heldBytes() {
    return held.size();
  }

  /** What is held, {@link #heldBytes} of it. */
  public byte[] held() {
    return held.bytes();
  }

  /** A line that was begun is one; of a frame whose length is known, the rest is missing. */
  @Override
  public boolean end() throws FramingException {
    if (state == State.COUNTED) {
      throw new FramingException(
          "the connection ended with %d bytes of the message missing".formatted(left));
    }
    if (!held.isEmpty()) {
      handOn();
    }
    return true;
  }
}
