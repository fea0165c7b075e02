package io.logagg.http.ingest;

import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.WholeBody;
import org.jspecify.annotations.Nullable;

/**
 * One of our layouts, of a body of which nothing is taken before it is whole. Under an
 * Idempotency-Key its repeat is cut into the same batches, so that these bear the keys and not each
 * record, which costs half as much.
 */
record WholeFormat(OwnFormat layout) implements BodyFormat {
  @Override
  public String protocol() {
    return layout.protocol();
  }

  @Override
  public boolean isHeldWhole() {
    return true;
  }

  @Override
  public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
    return new WholeBody(sink, (bytes, size) -> new Parts(layout, maxRecordBytes, bytes, size));
  }

  private static final class Parts implements WholeBody.Parser {
    private final OwnFormat layout;
    private final int maxRecordBytes;
    private final byte[] bytes;
    private final int size;
    private int at;
    private @Nullable BodySplitter splitter;

    Parts(OwnFormat layout, int maxRecordBytes, byte[] bytes, int size) {
      this.layout = layout;
      this.maxRecordBytes = maxRecordBytes;
      this.bytes = bytes;
      this.size = size;
    }

    @Override
    public boolean next(SliceSink sink) throws FramingException {
      BodySplitter cutting = splitter;
      if (cutting == null) {
        cutting = layout.splitter(sink, maxRecordBytes);
        splitter = cutting;
      }
      int to = Math.min(size, at + IngestLimits.BYTES_PER_TURN);
      cutting.feed(bytes, at, to);
      at = to;
      return at == size && cutting.end();
    }
  }
}
