package io.logagg.protocol.hec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.logagg.protocol.JsonValues;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.Translation;
import io.logagg.protocol.WholeBody;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HecTranslatorTest {
  private static final String TIME = "2025-11-28T12:00:00.123Z";

  private static List<String> records(String body) {
    return Translation.of(
        sink -> {
          SliceSink translator = new HecTranslator().into(sink, Translation.MAX_RECORD_BYTES);
          return new WholeBody(
              sink,
              (bytes, size) -> {
                JsonValues values = JsonValues.of(bytes, size, Translation.MAX_RECORD_BYTES);
                return target -> values.next(translator);
              });
        },
        body);
  }

  private static void assertRecord(String expected, String body) {
    assertEquals(List.of(expected), records(body));
  }

  @Test
  void shouldTakeATextWithAllThatIsKnownOfIt() {
    assertRecord(
        TIME
            + " INFO shop/null hello {\"host\":\"web1\",\"source\":\"s\",\"sourcetype\":\"st\","
            + "\"index\":\"shop\"}",
        """
        {"time":1764331200.123,"host":"web1","source":"s","sourcetype":"st","index":"shop","event":"hello"}""");
  }

  @Test
  void shouldTakeTimesAsTexts() {
    assertRecord(
        TIME + " INFO otherwise/null m {}", "{\"time\":\"1764331200.123\",\"event\":\"m\"}");
    assertRecord(
        "1!timestamp \"soon\" is neither RFC 3339 nor an epoch number in range",
        "{\"time\":\"soon\",\"event\":\"m\"}");
    assertRecord("2026-11-28T12:00:00Z INFO otherwise/null m {}", "{\"event\":\"m\"}");
  }

  @Test
  void shouldNameTheAppByEventThenFieldsThenIndexThenSourcetype() {
    String meta = "\"index\":\"i\",\"sourcetype\":\"s\"";
    assertRecord(
        TIME + " INFO own/null m {" + meta + "}",
        "{\"time\":1764331200.123,\"index\":\"i\",\"sourcetype\":\"s\",\"event\":{\"message\":\"m\",\"app\":\"own\"}}");
    assertRecord(
        TIME + " INFO f/null m {" + meta + "}",
        "{\"time\":1764331200.123,\"index\":\"i\",\"sourcetype\":\"s\",\"event\":\"m\",\"fields\":{\"app\":\"f\"}}");
    assertRecord(
        TIME + " INFO s/null m {\"sourcetype\":\"s\"}",
        "{\"time\":1764331200.123,\"sourcetype\":\"s\",\"event\":\"m\"}");
  }

  @Test
  void shouldTakeTheMessageOfAnObjectFromTheUsualNames() {
    for (String name : List.of("message", "msg", "log", "line")) {
      assertRecord(
          TIME + " WARN otherwise/pay m {\"n\":1,\"id\":\"x\"}",
          "{\"time\":1764331200.123,\"event\":{\""
              + name
              + "\":\"m\",\"severity\":\"warning\",\"service\":\"pay\",\"n\":1,\"id\":\"x\"}}");
    }
    assertRecord(
        TIME + " INFO otherwise/null {\"n\":1,\"o\":{\"p\":[true]}} {\"n\":1,\"o\":{\"p\":[true]}}",
        "{\"time\":1764331200.123,\"event\":{\"n\":1,\"o\":{\"p\":[true]}}}");
  }

  @Test
  void shouldTakeOtherEventsAsJson() {
    assertRecord(
        TIME + " INFO otherwise/null [1,\"a\"] {}",
        "{\"time\":1764331200.123,\"event\":[1,\"a\"]}");
    assertRecord(TIME + " INFO otherwise/null 5 {}", "{\"time\":1764331200.123,\"event\":5}");
    assertRecord(
        TIME + " INFO otherwise/null false {}", "{\"time\":1764331200.123,\"event\":false}");
  }

  @Test
  void shouldLoseNothingWhereNamesMeet() {
    assertRecord(
        TIME
            + " INFO otherwise/null m {\"host\":\"inner\",\"fields_host\":\"f\",\"hec_host\":\"outer\","
            + "\"more\":null}",
        """
        {"time":1764331200.123,"host":"outer","event":{"message":"m","host":"inner"},"fields":{"host":"f"},
        "more":null}""");
  }

  /** As Docker's driver writes them, by default and with splunk-format json. */
  @Test
  void shouldTakeWhatDockerSends() {
    assertRecord(
        TIME
            + " INFO otherwise/null GET / 200 {\"source\":\"stdout\",\"tag\":\"0123456789ab\","
            + "\"attrs\":{\"env\":\"prod\"},\"host\":\"node1\"}",
        """
        {"event":{"line":"GET / 200","source":"stdout","tag":"0123456789ab","attrs":{"env":"prod"}},\
        "time":"1764331200.123000","host":"node1"}""");
    assertRecord(
        TIME
            + " INFO otherwise/null hi {\"line\":{\"msg\":\"hi\",\"n\":1},\"source\":\"stderr\","
            + "\"tag\":\"t\",\"host\":\"node1\"}",
        """
        {"event":{"line":{"msg":"hi","n":1},"source":"stderr","tag":"t"},"time":"1764331200.123000","host":"node1"}""");
  }

  /** As splunk-logging and winston-splunk-httplogger write them. */
  @Test
  void shouldTakeWhatJavaScriptClientsSend() {
    assertRecord(
        TIME
            + " ERROR winston-index/null paid {\"message\":{\"msg\":\"paid\",\"meta\":{\"n\":1}},"
            + "\"source\":\"winston\",\"sourcetype\":\"w\",\"index\":\"winston-index\"}",
        """
        {"time":"1764331200.123","source":"winston","sourcetype":"w","index":"winston-index",\
        "event":{"message":{"msg":"paid","meta":{"n":1}},"severity":"error"}}""");
  }

  @Test
  void shouldTakeEventsWithOrWithoutCommasAndBlanksAndInAnArray() {
    String one = "{\"time\":1764331200.123,\"event\":\"a\"}";
    String record = TIME + " INFO otherwise/null a {}";
    for (String body :
        List.of(
            one + one,
            one + "\n" + one,
            one + "," + one,
            " " + one + " ,\r\n" + one + "\n",
            "[" + one + "," + one + "]")) {
      assertEquals(List.of(record, record), records(body), body);
    }
    assertEquals(List.of(), records(""));
    assertEquals(List.of(), records(" \n"));
    assertEquals(List.of(), records("[]"));
  }

  @Test
  void shouldRefuseEventsWithoutAnEvent() {
    for (String event :
        List.of("{\"time\":1764331200.123}", "{\"event\":null}", "{\"event\":\" \"}", "{}")) {
      assertRecord("1!message is missing", event);
    }
    assertEquals(
        List.of(
            TIME + " INFO otherwise/null a {}",
            "2!message is missing",
            TIME + " INFO otherwise/null b {}"),
        records(
            "{\"time\":1764331200.123,\"event\":\"a\"}{\"foo\":1}{\"time\":1764331200.123,\"event\":\"b\"}"));
  }

  @Test
  void shouldTellTheFirstOfThese() {
    HecTranslator translator = new HecTranslator();
    SliceSink events = translator.into(new Ignored(), 1000);
    byte[] good = "{\"event\":\"a\"}".getBytes(StandardCharsets.UTF_8);
    byte[] blank = "{\"event\":\"\"}".getBytes(StandardCharsets.UTF_8);
    byte[] none = "{}".getBytes(StandardCharsets.UTF_8);
    events.slice(1, good, 0, good.length);
    assertNull(translator.firstFault());
    events.slice(2, blank, 0, blank.length);
    events.slice(3, none, 0, none.length);
    assertEquals(new HecTranslator.Fault(2, true), translator.firstFault());
  }

  private static final class Ignored implements SliceSink {
    @Override
    public void slice(long line, byte[] bytes, int from, int to) {}

    @Override
    public void oversize(long line, byte[] prefix, int from, int to, long length) {}
  }

  @Test
  void shouldTellWhereABodyIsBroken() {
    String one = "{\"time\":1764331200.123,\"event\":\"a\"}";
    String record = TIME + " INFO otherwise/null a {}";
    assertEquals(
        List.of(record, "broken: expected a JSON object, found 'x' at byte 36"),
        records(one + " xyz"));
    assertEquals(
        List.of(record, "broken: the body ends within element 2 of the JSON"),
        records(one + "{\"event\":\"a"));
    assertEquals(
        List.of(record, "broken: the body ends before the JSON array does"),
        records("[" + one + ","));
    assertEquals(List.of("broken: expected a JSON object, found 'h' at byte 0"), records("hello"));
    assertEquals(
        List.of(
            "1!not valid JSON: Unexpected character ('x' (code 120)): was expecting double-quote to start field name at byte 1",
            record),
        records("{x}" + one));
    assertEquals(List.of("1!not a JSON object", record), records("[1," + one + "]"));
  }

  @Test
  void shouldKeepTheStartOfAnEventThatIsTooLarge() {
    String large = "{\"event\":\"" + "x".repeat(3000) + "\"}";
    assertRecord("1!3012 bytes, 2000 kept", large);
  }

  @Test
  void shouldHandOnManyInParts() {
    assertEquals(1201, records("{\"event\":\"a\"}".repeat(1201)).size());
  }
}
