package io.logagg.protocol;

import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.Stamper;
import io.logagg.record.Stamps;
import io.logagg.record.TimeWindow;
import io.logagg.record.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** What becomes of another protocol's body, once it was translated and decoded. */
public final class Translation implements SliceSink {
  /** When the records are received. */
  public static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  public static final int MAX_RECORD_BYTES = 2000;

  private final JsonRecordDecoder decoder = new JsonRecordDecoder(new TimeWindow(0, 2));
  private final Stamps stamps = new Stamper(InstantSource.fixed(NOW), new Random(1)).now();
  private final Defaults defaults = new Defaults("otherwise", null, null);

  /** Records as {@code time level app/service message metadata}, others as {@code line!reason}. */
  private final List<String> seen = new ArrayList<>();

  /**
   * Of one body, however it is cut into chunks.
   *
   * @param splitter makes what takes the body apart
   * @return what is in it, in order; at the end {@code broken: …} if it broke off
   */
  public static List<String> of(Function<SliceSink, BodySplitter> splitter, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    List<String> whole = split(splitter, bytes, bytes.length);
    List<String> pieces = split(splitter, bytes, 1);
    if (!whole.equals(pieces)) {
      throw new AssertionError("whole " + whole + ", in pieces " + pieces);
    }
    return whole;
  }

  private static List<String> split(
      Function<SliceSink, BodySplitter> splitter, byte[] body, int piece) {
    Translation sink = new Translation();
    BodySplitter open = splitter.apply(sink);
    try {
      for (int at = 0; at < body.length; at += piece) {
        byte[] chunk = Arrays.copyOfRange(body, at, Math.min(body.length, at + piece));
        open.feed(chunk, 0, chunk.length);
        Arrays.fill(chunk, (byte) '#');
      }
      for (boolean last = false; !last; ) {
        int before = sink.seen.size();
        last = open.end();
        if (sink.seen.size() - before > WholeBody.MAX_RECORDS) {
          throw new AssertionError("too many at once: " + (sink.seen.size() - before));
        }
      }
    } catch (FramingException e) {
      sink.seen.add("broken: " + e.getMessage());
    }
    return sink.seen;
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    Decoded decoded = decoder.decode(bytes, from, to, defaults, stamps, null);
    seen.add(
        decoded instanceof Decoded.Accepted accepted
            ? text(accepted.record())
            : line + "!" + ((Decoded.Refused) decoded).reason());
  }

  private static String text(LogRecord log) {
    if (log.sourceId() != null) {
      throw new AssertionError("has the id " + log.sourceId());
    }
    return "%s %s %s/%s %s %s"
        .formatted(
            Timestamps.format(log.timestampMicros()),
            log.level(),
            log.app(),
            log.service(),
            log.message(),
            log.metadata());
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    seen.add(line + "!" + length + " bytes, " + (to - from) + " kept");
  }
}
