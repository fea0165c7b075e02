package io.logagg.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Request bodies that are made beforehand; while the clock runs, only the time of each record is
 * written into them. Records have about 272 bytes of NDJSON with a {@code metadata_} of about 80, a
 * random 128-bit trace id among it, of four apps and a dozen services. Not thread-safe.
 */
final class SampleBodies {
  private static final String[] LEVELS = {
    "INFO", "INFO", "INFO", "INFO", "DEBUG", "DEBUG", "WARN", "ERROR"
  };
  private static final String[] PATHS = {
    "orders", "users", "carts", "items", "search", "login", "stock"
  };
  private static final String TIME_FORM = "2000-01-01T00:00:00.000000";

  private final SplittableRandom random;
  private final boolean producerIds;
  private long nextId;

  SampleBodies(long seed, boolean producerIds) {
    this.random = new SplittableRandom(seed);
    this.producerIds = producerIds;
  }

  /** A body, whose times can be set. */
  static final class Body {
    private final byte[] bytes;

    /** Of the first digit of each record's time. */
    private final int[] timeOffsets;

    Body(byte[] bytes, int[] timeOffsets) {
      this.bytes = bytes;
      this.timeOffsets = timeOffsets;
    }

    byte[] bytes() {
      return bytes;
    }

    /** Gives all records the time, a microsecond apart. */
    void setTime(Instant time) {
      long micros = Math.floorMod(ChronoUnit.MICROS.between(Instant.EPOCH, time), 60_000_000L);
      byte[] minute = time.toString().substring(0, 17).getBytes(StandardCharsets.US_ASCII);
      for (int offset : timeOffsets) {
        System.arraycopy(minute, 0, bytes, offset, minute.length);
        setMicrosOfMinute(offset + minute.length, Math.min(micros++, 59_999_999));
      }
    }

    private void setMicrosOfMinute(int at, long micros) {
      long rest = micros;
      for (int i = at + 8; i >= at; i--) {
        if (i != at + 2) { // The point.
          bytes[i] = (byte) ('0' + rest % 10);
          rest /= 10;
        }
      }
    }
  }

  /** That many bodies of that many records. */
  List<Body> bodies(int count, int recordsPerBody) {
    List<Body> bodies = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder(recordsPerBody * 280);
      int[] timeOffsets = new int[recordsPerBody];
      for (int j = 0; j < recordsPerBody; j++) {
        timeOffsets[j] = text.length() + "{\"timestamp\":\"".length();
        appendRecord(text);
      }
      bodies.add(new Body(text.toString().getBytes(StandardCharsets.UTF_8), timeOffsets));
    }
    return bodies;
  }

  private void appendRecord(StringBuilder out) {
    int app = random.nextInt(4);
    out.append("{\"timestamp\":\"").append(TIME_FORM);
    out.append("Z\",\"level\":\"").append(LEVELS[random.nextInt(LEVELS.length)]);
    out.append("\",\"app\":\"bench-").append(app).append("\",\"service\":\"service-").append(app);
    out.append('-').append(random.nextInt(3)).append("\",\"message\":\"GET /api/v1/");
    out.append(PATHS[random.nextInt(PATHS.length)])
        .append('/')
        .append(random.nextInt(100_000, 1_000_000));
    out.append(" answered 200 in ").append(random.nextInt(10, 100)).append(" ms for user ");
    out.append(random.nextInt(10_000, 100_000))
        .append(" (cached)\",\"metadata_\":{\"trace_id\":\"");
    out.append(HexFormat.of().toHexDigits(random.nextLong()));
    out.append(HexFormat.of().toHexDigits(random.nextLong()));
    out.append("\",\"status\":200,\"duration_ms\":").append(random.nextInt(10, 100)).append('}');
    if (producerIds) {
      out.append(",\"id\":\"").append(nextId++).append('"');
    }
    out.append("}\n");
  }
}
