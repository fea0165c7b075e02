package io.logagg.protocol;

/**
 * Cuts a body at its line feeds. Blank lines are passed over; CRLF, a byte order mark at the start
 * and a missing line feed at the end are all right.
 */
public final class LineSplitter implements BodySplitter {
  private final SliceSink sink;
  private final SliceBuffer held;
  private final int maxBytes;
  private long line = 1;

  public LineSplitter(SliceSink sink, int maxBytes) {
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.held = new SliceBuffer(maxBytes);
  }

  @Override
  public void feed(byte[] bytes, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        endLine(bytes, start, i);
        start = i + 1;
      }
    }
    held.append(bytes, start, to);
  }

  @Override
  public void end() {
    if (!held.isEmpty()) {
      endLine(held.bytes(), 0, 0);
    }
  }

  private void endLine(byte[] bytes, int from, int to) {
    if (held.isEmpty()) {
      emit(bytes, from, to, to - from);
    } else {
      held.append(bytes, from, to);
      emit(held.bytes(), 0, held.size(), held.length());
      held.clear();
    }
    line++;
  }

  private void emit(byte[] bytes, int from, int to, long length) {
    int start = line == 1 ? JsonBytes.skipBom(bytes, from, to) : from;
    int end = to;
    while (end > start && JsonBytes.isBlank(bytes[end - 1])) {
      end--;
    }
    while (start < end && JsonBytes.isBlank(bytes[start])) {
      start++;
    }
    if (length > maxBytes) {
      sink.oversize(line, bytes, from, Math.min(to, from + maxBytes), length);
    } else if (start < end) {
      sink.slice(line, bytes, start, end);
    }
  }
}
