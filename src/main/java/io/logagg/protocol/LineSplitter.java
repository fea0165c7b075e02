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
  private final byte delimiter;
  private final Blanks blanks;
  private long line = 1;

  /** What becomes of blanks. */
  private enum Blanks {
    /** Those around a line, and lines of nothing else, are passed over. */
    DROPPED,
    /** Lines of nothing else are handed on, empty. */
    LINES_KEPT,
    KEPT
  }

  public LineSplitter(SliceSink sink, int maxBytes) {
    this(sink, maxBytes, (byte) '\n', Blanks.DROPPED);
  }

  private LineSplitter(SliceSink sink, int maxBytes, byte delimiter, Blanks blanks) {
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.delimiter = delimiter;
    this.blanks = blanks;
    this.held = new SliceBuffer((int) Math.min(Integer.MAX_VALUE, (long) maxBytes + FRAMING_BYTES));
  }

  /** One for bodies whose lines mean something by their place: blank ones are handed on, empty. */
  public static LineSplitter keepingBlankLines(SliceSink sink, int maxBytes) {
    return new LineSplitter(sink, maxBytes, (byte) '\n', Blanks.LINES_KEPT);
  }

  /** One that hands on each line with its blanks, and those that are empty. */
  public static LineSplitter ofText(SliceSink sink, int maxBytes) {
    return new LineSplitter(sink, maxBytes, (byte) '\n', Blanks.KEPT);
  }

  /** One of records that end with a NUL, and may have line feeds. */
  public static LineSplitter ofNuls(SliceSink sink, int maxBytes) {
    return new LineSplitter(sink, maxBytes, (byte) 0, Blanks.DROPPED);
  }

  @Override
  public void feed(byte[] bytes, int from, int to) {
    int start = from;
    int end = ByteScan.indexOf(bytes, start, to, delimiter);
    while (end < to) {
      endLine(bytes, start, end);
      start = end + 1;
      end = ByteScan.indexOf(bytes, start, to, delimiter);
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
    if (blanks == Blanks.KEPT) {
      sink.slice(line, bytes, start, last == '\r' ? Math.max(start, to - 1) : to);
      return;
    }
    int end = to;
    while (end > start && JsonBytes.isBlank(bytes[end - 1])) {
      end--;
    }
    while (start < end && JsonBytes.isBlank(bytes[start])) {
      start++;
    }
    if (start < end || blanks == Blanks.LINES_KEPT) {
      sink.slice(line, bytes, start, end);
    }
  }
}
