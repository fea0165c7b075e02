package io.logagg.protocol;

/**
 * Cuts a body at its line feeds. Blank lines are passed over; CRLF, a byte order mark at the start
 * and a missing line feed at the end are all right.
 */
public final class LineSplitter implements BodySplitter {
  /** A byte order mark and a carriage return do not count as content. */
  private static final int FRAMING_BYTES = JsonBytes.BOM.length + 1;

  private final SliceSink sink;
  private final SliceBuffer held;
  private final int maxBytes;
  private final boolean keepsBlank;
  private long line = 1;

  public LineSplitter(SliceSink sink, int maxBytes) {
    this(sink, maxBytes, false);
  }

  private LineSplitter(SliceSink sink, int maxBytes, boolean keepsBlank) {
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.keepsBlank = keepsBlank;
    this.held = new SliceBuffer((int) Math.min(Integer.MAX_VALUE, (long) maxBytes + FRAMING_BYTES));
  }

  /** One for bodies whose lines mean something by their place: blank ones are handed on, empty. */
  public static LineSplitter keepingBlankLines(SliceSink sink, int maxBytes) {
    return new LineSplitter(sink, maxBytes, true);
  }

  @Override
  public void feed(byte[] bytes, int from, int to) {
    int start = from;
    int end = ByteScan.indexOf(bytes, start, to, (byte) '\n');
    while (end < to) {
      endLine(bytes, start, end);
      start = end + 1;
      end = ByteScan.indexOf(bytes, start, to, (byte) '\n');
    }
    held.append(bytes, start, to);
  }

  @Override
  public int heldBytes() {
    return held.size();
  }

  @Override
  public boolean end() {
    if (!held.isEmpty()) {
      endLine(held.bytes(), 0, 0);
    }
    return true;
  }

  private void endLine(byte[] bytes, int from, int to) {
    if (held.isEmpty()) {
      emit(bytes, from, to, to - from, from < to ? bytes[to - 1] : 0);
    } else {
      held.append(bytes, from, to);
      emit(held.bytes(), 0, held.size(), held.length(), held.last());
      held.clear();
    }
    line++;
  }

  /** {@code length} and {@code last} are those of the whole line, held or not. */
  private void emit(byte[] bytes, int from, int to, long length, byte last) {
    int start = line == 1 ? JsonBytes.skipBom(bytes, from, to) : from;
    long content = length - (start - from) - (last == '\r' ? 1 : 0);
    if (content > maxBytes) {
      sink.oversize(line, bytes, start, Math.min(to, start + maxBytes), content);
      return;
    }
    int end = to;
    while (end > start && JsonBytes.isBlank(bytes[end - 1])) {
      end--;
    }
    while (start < end && JsonBytes.isBlank(bytes[start])) {
      start++;
    }
    if (start < end || keepsBlank) {
      sink.slice(line, bytes, start, end);
    }
  }
}
