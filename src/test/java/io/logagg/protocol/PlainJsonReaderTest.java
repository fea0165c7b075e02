package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.TimeWindow;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The quick way must take what it takes exactly as the other does, and leave the rest to it. */
final class PlainJsonReaderTest {
  private static final int RUNS = 40_000;
  private static final JsonRecordDecoder DECODER = new JsonRecordDecoder(new TimeWindow(0, 2));

  private static boolean isPlain(byte[] json) {
    return isPlain(json, 0, json.length);
  }

  private static boolean isPlain(byte[] bytes, int from, int to) {
    return PlainJsonReader.read(
        new JsonRecordDraft(bytes, from, RecordRules.NONE), new WordCache(), bytes, from, to);
  }

  private static Decoded quickly(byte[] json) {
    return DECODER.decode(
        json, 0, json.length, Defaults.NONE, new DerivedStamps("test", Decoding.RECEIVED), null);
  }

  private static Decoded thoroughly(byte[] json) {
    return DECODER.decodeAny(
        json, 0, json.length, Defaults.NONE, new DerivedStamps("test", Decoding.RECEIVED), null);
  }

  /** Without most of what is not plain, so that much of it comes to be. */
  private static String plainer(String json) {
    return json.replaceAll("\\\\u[0-9a-f]{4}", "u")
        .replaceAll("[^\\x00-\\x7F]", "x")
        .replaceAll("(\\d)[eE][+-]?\\d+", "$1");
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldReadAsTheOtherWayDoes() {
    int plain = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      byte[] json = bytes(plainer(new RandomJson(new Random(seed)).record()));
      plain += isPlain(json) ? 1 : 0;

      assertEquals(
          thoroughly(json),
          quickly(json),
          "seed=" + seed + " " + new String(json, StandardCharsets.UTF_8));
    }
    assertTrue(plain > RUNS / 6, "plain=" + plain);
  }

  @Test
  void shouldLeaveTheGarbledToTheOtherWay() {
    int plain = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      byte[] json = bytes(plainer(new RandomJson(random).record()));
      for (int i = 1 + random.nextInt(2); i > 0; i--) {
        json[2 + random.nextInt(json.length - 2)] =
            (byte) "\"\\{}[]:,09-.eEtfn \n\0a".charAt(random.nextInt(21));
      }
      plain += isPlain(json) ? 1 : 0;

      assertEquals(
          thoroughly(json),
          quickly(json),
          "seed=" + seed + " " + new String(json, StandardCharsets.UTF_8));
    }
    assertTrue(plain > RUNS / 20, "plain=" + plain);
  }

  @Test
  void shouldNotLookBeyondTheRecord() {
    byte[] json = bytes("{\"app\":\"a\",\"n\":[1.5,true,\"x\\n\"],\"message\":\"m\",\"id\":12}");
    for (String neighbour : new String[] {"\"}", "}", "1}", "e\"}", "\\\"}", ",\"a\":1}", " }"}) {
      byte[] chunk = bytes("{\"" + new String(json, StandardCharsets.UTF_8) + neighbour);
      for (int to = 2; to < json.length + 2; to++) {
        int end = to;
        assertFalse(isPlain(chunk, 2, end), () -> "cut at " + end + " before " + neighbour);
      }
      assertTrue(isPlain(chunk, 2, json.length + 2), neighbour);
    }
  }

  @Test
  void shouldTakeTheUsualRecord() {
    assertTrue(
        isPlain(
            bytes(
                "{\"timestamp\":\"2026-03-01T12:00:00.123Z\",\"level\":\"INFO\",\"app\":\"shop\","
                    + "\"service\":\"cart\",\"message\":\"said \\\"no\\\"\\n\",\"user\":7,"
                    + "\"metadata_\":{\"a\":[1,2.5,true,null,{}],\"b\":{\"c\":\"\\\\\"}}}")));
  }

  @Test
  void shouldLeaveWhatIsNotPlain() {
    for (String json :
        new String[] {
          "{\"message\":\"gr\u00fcn\"}",
          "{\"message\":\"\\u0041\"}",
          "{\"message\":\"a\tb\"}",
          "{\"message\":true}",
          "{\"message\":[]}",
          "{\"metadata_\":null}",
          "{\"n\":1e5}",
          "{\"n\":01}",
          "{\"n\":-}",
          "{\"n\":1.}",
          "{\"n\":" + "1".repeat(31) + "}",
          "{\"n\":tru}",
          "{\"n\":truex}",
          "{\"n\":1x}",
          "{\"n\":" + "[".repeat(40) + "]".repeat(40) + "}",
          "{\"n\":[1,]}",
          "{\"n\":{\"a\"}}",
          "{\"n\":1,}",
          "{\"n\":1} x",
          "{\"n\":1",
          "{\"n\"",
          "{",
        }) {
      assertFalse(isPlain(bytes(json)), json);
    }
  }
}
