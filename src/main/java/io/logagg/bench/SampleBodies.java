package io.logagg.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes request bodies of NDJSON: records of 272 bytes, 80 of which are {@code metadata_} with a
 * trace id and a request id; four apps of unlike size, a dozen services, and messages that vary as
 * those of real programs do. Not thread-safe.
 */
final class SampleBodies {
  static final int RECORD_BYTES = 272;
  static final int METADATA_BYTES = 80;

  /** From the largest share of the records to the smallest. */
  static final List<String> APPS = List.of("bench-0", "bench-1", "bench-2", "bench-3");

  private static final int[] APP_PERCENT = {45, 30, 15, 10};
  private static final String TIME_FORM = "2000-01-01T00:00:00.000000Z";
  private static final String SHORT_ID = "0".repeat(16);
  private static final String BEFORE_TIME = "{\"timestamp\":\"";
  private static final String BEFORE_METADATA = "\",\"metadata_\":";
  private static final String BEFORE_TRACE = "{\"trace_id\":\"";
  private static final String METADATA =
      BEFORE_TRACE + SHORT_ID + SHORT_ID + "\",\"request_id\":\"r" + SHORT_ID + "\"}";
  private static final String BEFORE_ID = ",\"id\":\"";
  private static final String END = "}\n";

  private final SampleMessages messages;
  private final SplittableRandom random;
  private final boolean producerIds;
  private final String tail;

  SampleBodies(long seed, boolean producerIds) {
    this.random = new SplittableRandom(seed);
    this.messages = new SampleMessages(random);
    this.producerIds = producerIds;
    this.tail = BEFORE_METADATA + METADATA + (producerIds ? BEFORE_ID + SHORT_ID + '"' : "") + END;
  }

  /** That many bodies of that many records. */
  List<SampleBody> bodies(int count, int recordsPerBody) {
    List<SampleBody> bodies = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder(recordsPerBody * recordBytes(producerIds));
      for (int j = 0; j < recordsPerBody; j++) {
        appendRecord(text);
      }
      bodies.add(new SampleBody(text.toString().getBytes(StandardCharsets.US_ASCII), layout()));
    }
    return bodies;
  }

  /** A producer's id comes on top. */
  static int recordBytes(boolean producerIds) {
    return producerIds ? RECORD_BYTES + BEFORE_ID.length() + SHORT_ID.length() + 1 : RECORD_BYTES;
  }

  private RecordLayout layout() {
    int bytes = recordBytes(producerIds);
    int messageEnd = bytes - tail.length();
    int metadata = messageEnd + BEFORE_METADATA.length();
    return new RecordLayout(
        bytes,
        BEFORE_TIME.length(),
        messageEnd,
        metadata + BEFORE_TRACE.length(),
        metadata + METADATA.length() - SHORT_ID.length() - 2,
        producerIds ? bytes - END.length() - 1 - SHORT_ID.length() : -1);
  }

  private void appendRecord(StringBuilder out) {
    int end = out.length() + recordBytes(producerIds) - tail.length();
    int app = app();
    out.append(BEFORE_TIME).append(TIME_FORM);
    out.append("\",\"level\":\"").append(level());
    out.append("\",\"app\":\"").append(APPS.get(app));
    out.append("\",\"service\":\"service-").append(app).append('-').append(random.nextInt(3));
    out.append("\",\"message\":\"");
    out.append(messages.next(end - out.length()));
    out.append(tail);
  }

  private int app() {
    int percent = random.nextInt(100);
    int app = 0;
    while (percent >= APP_PERCENT[app]) {
      percent -= APP_PERCENT[app++];
    }
    return app;
  }

  private String level() {
    int percent = random.nextInt(100);
    if (percent < 72) {
      return "INFO";
    }
    if (percent < 90) {
      return "DEBUG";
    }
    return percent < 97 ? "WARN" : "ERROR";
  }
}
