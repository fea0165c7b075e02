package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Properties that hold for any record; a failure names the seed that makes it again. */
final class RandomRecordsTest {
  private static final int RUNS = 20_000;

  private static Decoded decode(byte[] json, String message) {
    try {
      return Decoding.decode(json, new Defaults("a\0\uD800", "\uDC00", "\0"));
    } catch (RuntimeException e) {
      return fail(message, e);
    }
  }

  private static void assertStorable(Decoded decoded, String message) {
    if (decoded instanceof Decoded.Refused refused) {
      assertFalse(refused.reason().isBlank(), message);
      Storable.assertText(refused.reason(), message);
      return;
    }
    LogRecord record = ((Decoded.Accepted) decoded).record();
    Storable.assertStorable(record, message);
    assertTrue(record.level().length() <= 32, message);
    assertTrue(record.app().length() <= 256, message);
    assertTrue(record.service() == null || record.service().length() <= 256, message);
    assertTrue(record.sourceId() == null || record.sourceId().length() <= 256, message);
  }

  @Test
  void shouldMakeAnyValidJsonStorable() {
    int accepted = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      String json = new RandomJson(new Random(seed)).record();
      String message = "seed=" + seed + " " + json;
      Decoded decoded = decode(json.getBytes(StandardCharsets.UTF_8), message);

      assertStorable(decoded, message);
      accepted += decoded instanceof Decoded.Accepted ? 1 : 0;
    }
    assertTrue(accepted > RUNS / 2, "accepted=" + accepted);
  }

  @Test
  void shouldMakeGarbledJsonStorableOrRefuseIt() {
    int accepted = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      byte[] json =
          garble(new RandomJson(random).record().getBytes(StandardCharsets.UTF_8), random);
      String message = "seed=" + seed + " " + new String(json, StandardCharsets.ISO_8859_1);
      Decoded decoded = decode(json, message);

      assertStorable(decoded, message);
      accepted += decoded instanceof Decoded.Accepted ? 1 : 0;
    }
    assertTrue(accepted > RUNS / 20 && accepted < RUNS, "accepted=" + accepted);
  }

  /** Some bytes changed, removed or repeated, or the end cut off. */
  private static byte[] garble(byte[] json, Random random) {
    byte[] out = json.clone();
    for (int i = 1 + random.nextInt(2); i > 0 && out.length > 4; i--) {
      int at = 1 + random.nextInt(out.length - 2);
      switch (random.nextInt(12)) {
        case 0 -> out = Arrays.copyOf(out, at);
        case 1 -> System.arraycopy(out, at, out, at - 1, out.length - at);
        case 2 -> System.arraycopy(out, at, out, at + 1, out.length - at - 1);
        default -> out[at] = (byte) random.nextInt(256);
      }
    }
    return out;
  }

  @Test
  void shouldPutIntoMetadataWhatATreeSays() {
    int compared = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      String json = new RandomJson(new Random(seed)).record();
      if (Decoding.decode(json) instanceof Decoded.Accepted accepted) {
        compared++;
        assertEquals(
            MetadataOracle.metadata(json),
            Decoding.tree(accepted.record().metadata()),
            "seed=" + seed + " " + json);
      }
    }
    assertTrue(compared > RUNS / 2, "compared=" + compared);
  }
}
