package io.logagg.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;

/** Writes down what a splitter hands on, as {@code line:text} or {@code line>length:prefix}. */
public final class RecordingSink implements SliceSink {
  private final List<String> slices = new ArrayList<>();

  /** What came of a body: the slices, and the message of the framing fault, or null. */
  public record Outcome(List<String> slices, String fault) {
    public static Outcome of(String... slices) {
      return new Outcome(List.of(slices), null);
    }

    public static Outcome faulty(String fault, String... slices) {
      return new Outcome(List.of(slices), fault);
    }
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    slices.add(line + ":" + text(bytes, from, to));
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    slices.add(line + ">" + length + ":" + text(prefix, from, to));
  }

  /** What came so far. */
  public List<String> slices() {
    return List.copyOf(slices);
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** One way of cutting a body into chunks. */
  public interface Chunks {
    int next(int left);
  }

  /**
   * Splits the body and returns what came of it; each chunk is at another place of an array that is
   * spoilt once it has been fed.
   */
  public static Outcome split(
      BiFunction<SliceSink, Integer, BodySplitter> splitter,
      int maxBytes,
      byte[] body,
      Chunks chunks) {
    RecordingSink sink = new RecordingSink();
    BodySplitter open = splitter.apply(sink, maxBytes);
    try {
      for (int at = 0; at < body.length; ) {
        int length = chunks.next(body.length - at);
        byte[] chunk = new byte[length + 3];
        System.arraycopy(body, at, chunk, 2, length);
        open.feed(chunk, 2, 2 + length);
        Arrays.fill(chunk, (byte) '#');
        at += length;
      }
      open.end();
      return new Outcome(List.copyOf(sink.slices), null);
    } catch (FramingException e) {
      return new Outcome(List.copyOf(sink.slices), e.getMessage());
    }
  }

  public static Chunks whole() {
    return left -> left;
  }

  public static Chunks bytewise() {
    return left -> 1;
  }

  /** Mostly short ones, some empty. */
  public static Chunks random(long seed) {
    Random random = new Random(seed);
    return left -> Math.min(left, random.nextInt(random.nextBoolean() ? 4 : 40));
  }
}
