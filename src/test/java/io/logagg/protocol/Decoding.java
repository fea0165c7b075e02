package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.LogRecord;
import io.logagg.record.TimeWindow;
import io.logagg.record.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Decodes for tests, at a time that stands still. */
final class Decoding {
  static final long RECEIVED = Timestamps.micros(Instant.parse("2026-03-01T12:00:00Z"));

  /** Independent of the mapper of the code under test; numbers keep all of their digits. */
  static final JsonMapper TREES =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final JsonRecordDecoder DECODER = new JsonRecordDecoder(new TimeWindow(0, 2));

  private Decoding() {}

  static Decoded decode(byte[] bytes, Defaults defaults) {
    // Between other bytes, as a record stands in a chunk of the body.
    byte[] chunk = new byte[bytes.length + 8];
    System.arraycopy("{\"x\"".getBytes(StandardCharsets.UTF_8), 0, chunk, 0, 4);
    System.arraycopy(bytes, 0, chunk, 4, bytes.length);
    System.arraycopy("}\"}]".getBytes(StandardCharsets.UTF_8), 0, chunk, bytes.length + 4, 4);
    return DECODER.decode(
        chunk, 4, bytes.length + 4, defaults, new DerivedStamps("test", RECEIVED), null);
  }

  static Decoded decode(String json) {
    return decode(json.getBytes(StandardCharsets.UTF_8), Defaults.NONE);
  }

  static LogRecord accept(byte[] bytes, Defaults defaults) {
    Decoded decoded = decode(bytes, defaults);
    if (decoded instanceof Decoded.Accepted accepted) {
      return accepted.record();
    }
    return fail("expected to be accepted, was " + decoded);
  }

  static LogRecord accept(String json) {
    return accept(json.getBytes(StandardCharsets.UTF_8), Defaults.NONE);
  }

  /** A record with app and message, and these fields besides. */
  static LogRecord acceptWith(String fields) {
    return accept("{\"app\":\"a\",\"message\":\"m\"," + fields + "}");
  }

  static String refuse(String json) {
    return refuse(json.getBytes(StandardCharsets.UTF_8), Defaults.NONE);
  }

  static String refuse(byte[] bytes, Defaults defaults) {
    Decoded decoded = decode(bytes, defaults);
    if (decoded instanceof Decoded.Refused refused) {
      return refused.reason();
    }
    return fail("expected to be refused, was " + decoded);
  }

  static String refuseWith(String fields) {
    return refuse("{\"app\":\"a\",\"message\":\"m\"," + fields + "}");
  }

  static JsonNode tree(String json) {
    try {
      return TREES.readTree(json);
    } catch (JsonProcessingException e) {
      return fail("not JSON: " + json, e);
    }
  }

  static long micros(String instant) {
    return Timestamps.micros(Instant.parse(instant));
  }
}
