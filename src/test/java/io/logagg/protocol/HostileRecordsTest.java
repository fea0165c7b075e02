package io.logagg.protocol;

import static io.logagg.protocol.Decoding.accept;
import static io.logagg.protocol.Decoding.acceptWith;
import static io.logagg.protocol.Decoding.refuse;
import static io.logagg.protocol.Decoding.refuseWith;
import static io.logagg.protocol.Decoding.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RefusalKind;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that PostgreSQL or a parser could choke on. */
final class HostileRecordsTest {
  /** Puts raw bytes in place of each {@code @}. */
  private static byte[] withBytes(String json, byte[] raw) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b : json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)) {
      if (b == '@') {
        out.writeBytes(raw);
      } else {
        out.write(b);
      }
    }
    return out.toByteArray();
  }

  private static byte[] hex(String digits) {
    byte[] bytes = new byte[digits.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
    }
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "a\\u0000b, a\uFFFDb",
    "\\u0000, \uFFFD",
    "a\\ud83db, a\uFFFDb",
    "\\ude00, \uFFFD",
    "\\ude00\\ud83d, \uFFFD\uFFFD",
    "\\ud83d\\ude00, 😀",
    "\\ud83d\\ud83d\\ude00\\ude00, \uFFFD😀\uFFFD",
    "\\u00e9\\uFFFF, \u00E9\uFFFF",
    "\\u001f\\u007f, '\u001F\u007F'",
  })
  void shouldTakeEscapesThatCannotBeStored(String escaped, String text) {
    LogRecord record =
        accept(
            ("{'app':'a@','message':'@','service':'@','level':'@','id':'@',"
                    + "'metadata_':{'k':'@','n':[{'n':['@']}]},'x':'@'}")
                .replace('\'', '"')
                .replace("@", escaped));

    assertEquals("a" + text, record.app());
    assertEquals(text, record.message());
    assertEquals(text, record.service());
    assertEquals(text, record.sourceId());
    var metadata = tree(record.metadata());
    assertEquals(text, metadata.get("k").asText());
    assertEquals(text, metadata.get("n").get(0).get("n").get(0).asText());
    assertEquals(text, metadata.get("x").asText());
    assertEquals(3, metadata.size());
  }

  @ParameterizedTest
  @CsvSource({"a\\u0000b, a\uFFFDb", "\\u0000, \uFFFD", "\\ud83d\\ude00, 😀", "\\u0061, a"})
  void shouldTakeEscapesInFieldNames(String escaped, String text) {
    String fields = "\"metadata_\":{\"k@\":1,\"n\":[{\"@\":2}]},\"x@\":3";
    var metadata = tree(acceptWith(fields.replace("@", escaped)).metadata());

    assertEquals(tree("{\"x@\":3,\"k@\":1,\"n\":[{\"@\":2}]}".replace("@", text)), metadata);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83dx", "\\ud83d\\n"})
  void shouldRefuseLoneSurrogatesInFieldNames(String escaped) {
    for (String fields : new String[] {"\"@\":1", "\"x\":[{\"@\":1}]", "\"metadata_\":{\"@\":1}"}) {
      String reason = refuseWith(fields.replace("@", escaped));

      assertTrue(reason.contains("surrogate"), reason);
    }
  }

  @Test
  void shouldTakeEscapesThatCannotBeStoredUnderOtherNames() {
    LogRecord record =
        accept(
            "{\"app\":\"a\",\"msg\":\"\\u0000\\ud800\",\"logger\":\"\\udc00\",\"lvl\":\"\\u0000\"}");

    assertEquals("\uFFFD\uFFFD", record.message());
    assertEquals("\uFFFD", record.service());
    assertEquals("\uFFFD", record.level());
  }

  @Test
  void shouldGiveReasonsThatCanBeStored() {
    assertEquals(
        "timestamp \"\uFFFD\uFFFDx\" is neither RFC 3339 nor an epoch number in range",
        refuseWith("\"timestamp\":\"\\u0000\\ud800x\""));
    assertFalse(refuse("{\"app\":tru\0}").contains("\0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FF", // never in UTF-8
        "80", // a continuation alone
        "C3", // cut off
        "E282", // cut off
        "F09F98", // cut off
        "C080", // NUL, overlong
        "C0AF", // a slash, overlong
        "E080AF", // the same with three bytes
        "F08080AF", // and with four
        "EDA080", // a high surrogate
        "EDB080", // a low surrogate
        "EDA0BDEDB880", // a pair of them, as CESU-8 has it
        "F4908080", // above U+10FFFF
        "F7BFBFBF",
        "FCFFFEFD",
      })
  void shouldTakeInvalidUtf8(String bytes) {
    byte[] json =
        withBytes(
            "{'app':'a','message':'<@>','service':'<@>','x':'<@>','<@>':{'<@>':1},"
                + "'metadata_':{'y':['<@>',1e5,'\\u0000']}}",
            hex(bytes));
    LogRecord record = accept(json, Defaults.NONE);

    assertTrue(record.message().matches("(?s)<[^<>]+>"), record.message());
    Storable.assertStorable(record, bytes);
    var metadata = tree(record.metadata());
    assertEquals(3, metadata.size());
    assertTrue(metadata.get("x").asText().matches("(?s)<[^<>]+>"), record.metadata());
    assertEquals(3, metadata.get("y").size());
  }

  @Test
  void shouldNotLetInvalidUtf8PassForSyntax() {
    // An overlong quote or brace is text, not the end of it.
    byte[] json = withBytes("{'app':'a','message':'m@,@','x':'@}'}", hex("C0A2"));
    LogRecord record = accept(json, Defaults.NONE);

    assertEquals(1, tree(record.metadata()).size());
  }

  @Test
  void shouldTakeAByteOrderMark() {
    assertEquals("m", accept("\uFEFF{\"app\":\"a\",\"message\":\"m\"}").message());
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\n", "\r\n\t "})
  void shouldTakeBlanksAroundTheObject(String blanks) {
    assertEquals("m", accept(blanks + "{\"app\":\"a\",\"message\":\"m\"}" + blanks).message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "[", "[]", "7", "\"text\"", "null", "x{}", "{\0}", "\0{}"})
  void shouldRefuseWhatIsNoObject(String json) {
    assertFalse(refuse(json).isBlank());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "{}",
        ",",
        "}",
        "]",
        "\0",
        "{\"app\":\"b\",\"message\":\"n\"}",
        " null",
      })
  void shouldRefuseGarbageBehindTheObject(String garbage) {
    assertFalse(refuse("{\"app\":\"a\",\"message\":\"m\"}" + garbage).isBlank());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x\":",
        "\"x\":1,",
        "\"x\"",
        "x:1",
        "'x':1",
        "\"x\":01",
        "\"x\":+1",
        "\"x\":.5",
        "\"x\":1.",
        "\"x\":NaN",
        "\"x\":Infinity",
        "\"x\":TRUE",
        "\"x\":\"\t\"",
        "\"x\":\"\0\"",
        "\"x\":\"\\x\"",
        "\"x\":\"\\u12\"",
        "\"x\":[1,]",
        "\"x\":{,}",
        "\"x\":[}",
        "\"x\":1 2",
        "\"x\":\"",
        "/**/\"x\":1",
        "\"x\":1e",
        "\"x\":-",
      })
  void shouldRefuseWhatIsNoJson(String fields) {
    assertTrue(refuseWith(fields).startsWith("not valid JSON: "), refuseWith(fields));
  }

  @Test
  void shouldSayWhereItIsNoJson() {
    assertTrue(refuse("{\"app\":\"a\",!}").endsWith(" at byte 11"), refuse("{\"app\":\"a\",!}"));
  }

  @ParameterizedTest
  @CsvSource({"199, true", "200, true", "201, false", "10000, false"})
  void shouldTakeNestingOf200AndNoMore(int depth, boolean taken) {
    // The record itself is the first level.
    String arrays = "[".repeat(depth - 1) + "]".repeat(depth - 1);
    String objects = "{\"a\":".repeat(depth - 1) + "1" + "}".repeat(depth - 1);
    for (String nested :
        new String[] {
          "\"x\":" + arrays, "\"x\":" + objects, "\"log\":" + objects, "\"metadata_\":" + objects
        }) {
      Decoded decoded = Decoding.decode("{\"app\":\"a\",\"message\":\"m\"," + nested + "}");

      assertEquals(taken, decoded instanceof Decoded.Accepted, nested.substring(0, 12));
    }
    if (taken) {
      assertEquals("{\"x\":" + arrays + "}", acceptWith("\"x\":" + arrays).metadata());
    }
  }

  @Test
  void shouldTakeDeepNestingThatNeedsCleaning() {
    String nested = "[".repeat(199) + "1e5" + "]".repeat(199);

    assertEquals("{\"x\":" + nested + "}", acceptWith("\"x\":" + nested).metadata());
  }

  @Test
  void shouldTakeNumbersOfAThousandDigitsAndNoMore() {
    String digits = "7".repeat(1_000);
    String fraction = "0." + "7".repeat(999);

    assertEquals("{\"n\":" + digits + "}", acceptWith("\"n\":" + digits).metadata());
    assertEquals("{\"n\":" + fraction + "}", acceptWith("\"n\":" + fraction).metadata());
    assertTrue(refuseWith("\"n\":" + digits + "7").contains("1001"));
    assertTrue(refuseWith("\"n\":[" + fraction + "7]").contains("1001"));
    assertTrue(refuseWith("\"level\":" + digits + "7").contains("1001"));
    assertTrue(refuseWith("\"metadata_\":{\"n\":" + digits + "7}").contains("1001"));
  }

  @Test
  void shouldTakeLongTexts() {
    String text = "xé".repeat(500_000);
    LogRecord record =
        accept(
            "{\"app\":\"a\",\"message\":\""
                + text
                + "\",\"x\":\""
                + text
                + "\",\""
                + text
                + "\":1}");

    assertEquals(text, record.message());
    assertEquals("{\"x\":\"" + text + "\",\"" + text + "\":1}", record.metadata());
  }

  @Test
  void shouldTakeManyFields() {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      fields.append("\"field").append(i).append("\":").append(i).append(',');
    }
    fields.setLength(fields.length() - 1);

    assertEquals("{" + fields + "}", acceptWith(fields.toString()).metadata());
  }

  /**
   * Names of eight letters with the same hash in Jackson's table of names, whatever its seed: that
   * of two words is the first, stirred, plus 33 times the second (ByteQuadsCanonicalizer).
   */
  private static List<String> namesThatCollideInJackson(int count) {
    Random random = new Random(7);
    List<String> names = new ArrayList<>();
    int inverse = BigInteger.valueOf(33).modInverse(BigInteger.ONE.shiftLeft(32)).intValue();
    while (names.size() < count) {
      int first = 0;
      for (int i = 0; i < 4; i++) {
        first = (first << 8) | ('a' + random.nextInt(26));
      }
      int stirred = first + (first >>> 15);
      stirred ^= stirred >>> 9;
      String name =
          new String(
              ByteBuffer.allocate(8).putInt(first).putInt((4711 - stirred) * inverse).array(),
              StandardCharsets.ISO_8859_1);
      if (name.matches("[a-z]{4}[0-9A-Za-z]{4}")) {
        names.add(name);
      }
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata_", "metadata", "log", "service", "x"})
  void shouldSurviveFieldNamesThatCollideInJackson(String field) {
    String object =
        namesThatCollideInJackson(3000).stream()
            .collect(Collectors.joining("\":1,\"", "{\"", "\":1}"));
    for (String more : new String[] {"", ",\"y\":1", ",\"y\":\"\u00fc\""}) {
      JsonText.forgetNames(); // A table that is large already has room for them.
      String json = "{\"app\":\"a\",\"message\":\"m\",\"" + field + "\":" + object + more + "}";
      Decoded decoded = Decoding.decode(json.getBytes(StandardCharsets.UTF_8), Defaults.NONE);
      // Where all is plain no table of names is needed, unless those of metadata_ get company, or
      // service is an object.
      boolean jackson =
          more.endsWith("\u00fc\"")
              || field.equals("service")
              || (field.startsWith("metadata") && !more.isEmpty());
      if (jackson) {
        assertEquals(RefusalKind.BAD_JSON, ((Decoded.Refused) decoded).kind(), more);
      } else {
        assertTrue(((Decoded.Accepted) decoded).record().metadata().contains(object));
      }
      // Others do not suffer for it.
      for (int i = 0; i < 2000; i++) {
        assertEquals(
            "{\"n" + i + "\":\"\u00fc\"}", acceptWith("\"n" + i + "\":\"\u00fc\"").metadata());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"log", "service", "x"})
  void shouldSurviveFieldNamesWithEqualHashes(String field) {
    // For a hash that multiplies by 33, "Ab" equals "BA".
    StringBuilder object = new StringBuilder("{");
    for (int i = 0; i < 4_096; i++) {
      object.append('"');
      for (int bit = 0; bit < 12; bit++) {
        object.append((i >> bit & 1) == 0 ? "Ab" : "BA");
      }
      object.append("\":1,");
    }
    object.append("\"level\":\"error\",\"name\":\"n\"}");
    LogRecord record = acceptWith("\"" + field + "\":" + object);

    assertEquals("{\"" + field + "\":" + object + "}", record.metadata());
    assertEquals(field.equals("log") ? "ERROR" : "INFO", record.level());
    assertEquals(field.equals("service") ? "n" : null, record.service());
  }
}
