package io.logagg.protocol;

import org.jspecify.annotations.Nullable;

/** Takes a body of lines apart that is held as a whole. */
public final class HeldLines implements WholeBody.Parser {
  private final byte[] bytes;
  private final int size;
  private final int maxRecordBytes;
  private int at;
  private @Nullable LineSplitter lines;

  public HeldLines(byte[] bytes, int size, int maxRecordBytes) {
    this.bytes = bytes;
    this.size = size;
    this.maxRecordBytes = maxRecordBytes;
  }

  @Override
  public boolean next(SliceSink sink) throws FramingException {
    PartBound part = new PartBound(sink);
    part.begin(at);
    LineSplitter splitter = lines == null ? new LineSplitter(sink, maxRecordBytes) : lines;
    lines = splitter;
    for (int i = 0; i < WholeBody.MAX_RECORDS && at < size; i++) {
      int end = Math.min(size, ByteScan.indexOf(bytes, at, size, (byte) '\n') + 1);
      splitter.feed(bytes, at, end);
      at = end;
      if (part.isReached(at)) {
        return false;
      }
    }
    return at == size && splitter.end();
  }
}
