package io.logagg.bench;

import java.time.Instant;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * What each protocol says of a record: the same as a line of {@link SampleBodies}, and about as
 * long.
 *
 * @param micros since the Unix epoch
 * @param traceId 32 hexadecimal digits
 */
record WireRecord(
    long micros,
    String level,
    String app,
    String service,
    String message,
    String traceId,
    String requestId) {
  private static final int MESSAGE_CHARS = 76;

  /** One without a time. */
  static WireRecord sample(SplittableRandom random) {
    int app = random.nextInt(SampleBodies.APPS.size());
    int percent = random.nextInt(100);
    return new WireRecord(
        0,
        percent < 72 ? "INFO" : percent < 90 ? "DEBUG" : percent < 97 ? "WARN" : "ERROR",
        SampleBodies.APPS.get(app),
        "service-" + app + "-" + random.nextInt(3),
        new SampleMessages(random).next(MESSAGE_CHARS),
        hex(random) + hex(random),
        "r" + hex(random));
  }

  private static String hex(SplittableRandom random) {
    return HexFormat.of().toHexDigits(random.nextLong());
  }

  /** The same at another time, with another trace. */
  WireRecord at(long newMicros, SplittableRandom random) {
    return new WireRecord(
        newMicros, level, app, service, message, hex(random) + hex(random), requestId);
  }

  /** RFC 3339, with microseconds. */
  String time() {
    String second = Instant.ofEpochSecond(micros / 1_000_000).toString();
    return second.substring(0, 19) + "." + String.format("%06d", micros % 1_000_000) + "Z";
  }
}
