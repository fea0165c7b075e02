package io.logagg.protocol.loki;

import io.logagg.protocol.FramingException;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.StepParser;
import io.logagg.protocol.protobuf.BadProtobufException;
import io.logagg.protocol.protobuf.ProtoReader;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a {@code PushRequest} apart. Not thread-safe. */
public final class LokiProtobuf implements StepParser {
  private static final long NANOS = 1_000_000_000;

  private final ProtoReader request;
  private final RecordJson out;
  private @Nullable ProtoReader entries;
  private LokiStream stream = LokiStream.of(Map.of());
  private long line;

  /**
   * Of the message in the first bytes.
   *
   * @param maxRecordBytes of a record as it is handed on
   */
  public LokiProtobuf(byte[] bytes, int size, int maxRecordBytes) {
    this.request = new ProtoReader(bytes, 0, size);
    this.out = new RecordJson(maxRecordBytes);
  }

  @Override
  public RecordJson out() {
    return out;
  }

  @Override
  public boolean step(SliceSink sink) throws FramingException {
    try {
      return advance(sink);
    } catch (BadProtobufException e) {
      throw new FramingException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public int position() {
    return entries == null ? request.position() : entries.position();
  }

  /** Goes on by one field of the stream that it is in, or of the request; false at the end. */
  private boolean advance(SliceSink sink) throws BadProtobufException {
    ProtoReader in = entries;
    if (in != null) {
      if (!in.next()) {
        entries = null;
      } else if (in.field() == 2) {
        entry(in.message(), sink);
      }
      return true;
    }
    if (!request.next()) {
      return false;
    }
    if (request.field() == 1) {
      ProtoReader opened = request.message();
      stream = LokiStream.ofText(opened.findText(1));
      entries = opened;
    }
    return true;
  }

  private void entry(ProtoReader entry, SliceSink sink) throws BadProtobufException {
    line++;
    String time = null;
    String text = "";
    Map<String, String> metadata = new LinkedHashMap<>();
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> time = time(entry.message());
        case 2 -> text = entry.text();
        case 3 -> {
          ProtoReader pair = entry.message();
          metadata.put(pair.findText(1), pair.findText(2));
        }
        default -> {}
      }
    }
    stream.entry(time, text, metadata, out, sink, line);
  }

  /** A {@code google.protobuf.Timestamp} in nanoseconds, however large. */
  private static String time(ProtoReader timestamp) throws BadProtobufException {
    long seconds = 0;
    long nanos = 0;
    while (timestamp.next()) {
      switch (timestamp.field()) {
        case 1 -> seconds = timestamp.varint();
        case 2 -> nanos = timestamp.varint();
        default -> {}
      }
    }
    return BigInteger.valueOf(seconds)
        .multiply(BigInteger.valueOf(NANOS))
        .add(BigInteger.valueOf(nanos))
        .toString();
  }
}
