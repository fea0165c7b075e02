package io.logagg.protocol.loki;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.compression.Snappy;
import java.util.List;
import java.util.stream.IntStream;

/** Bodies as Promtail, Alloy and Vector send them. */
public final class LokiBodies {
  private static final long BASE_SECONDS = 1_764_331_200;

  private LokiBodies() {}

  static Field text(String text) {
    return Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(text)).build();
  }

  static Field number(long value) {
    return Field.newBuilder().addVarint(value).build();
  }

  static Field messages(List<UnknownFieldSet> messages) {
    Field.Builder field = Field.newBuilder();
    messages.forEach(message -> field.addLengthDelimited(message.toByteString()));
    return field.build();
  }

  /** An entry, with pairs of metadata. */
  static UnknownFieldSet entry(long seconds, long nanos, String line, String... metadata) {
    UnknownFieldSet time =
        UnknownFieldSet.newBuilder()
            .addField(1, number(seconds))
            .addField(2, number(nanos))
            .build();
    UnknownFieldSet.Builder entry =
        UnknownFieldSet.newBuilder().addField(1, messages(List.of(time))).addField(2, text(line));
    for (int i = 0; i < metadata.length; i += 2) {
      entry.mergeField(
          3,
          messages(
              List.of(
                  UnknownFieldSet.newBuilder()
                      .addField(1, text(metadata[i]))
                      .addField(2, text(metadata[i + 1]))
                      .build())));
    }
    return entry.build();
  }

  static UnknownFieldSet stream(String labels, List<UnknownFieldSet> entries) {
    return UnknownFieldSet.newBuilder()
        .addField(1, text(labels))
        .addField(2, messages(entries))
        .addField(3, number(0x1234_5678_9ABCL))
        .build();
  }

  static byte[] request(UnknownFieldSet... streams) {
    return UnknownFieldSet.newBuilder()
        .addField(1, messages(List.of(streams)))
        .build()
        .toByteArray();
  }

  /** So many entries of an app, a millisecond apart, with the lines m0, m1 and so on. */
  public static byte[] protobuf(String app, int count) {
    return request(
        stream(
            "{app=\"" + app + "\", level=\"info\", host=\"web-1\"}",
            IntStream.range(0, count)
                .mapToObj(i -> entry(BASE_SECONDS + i / 1000, i % 1000 * 1_000_000L, "m" + i))
                .toList()));
  }

  /** A block of Snappy. */
  public static byte[] snappy(byte[] bytes) {
    ByteBuf out = Unpooled.buffer();
    new Snappy().encode(Unpooled.wrappedBuffer(bytes), out, bytes.length);
    byte[] block = new byte[out.readableBytes()];
    out.readBytes(block);
    return block;
  }
}
