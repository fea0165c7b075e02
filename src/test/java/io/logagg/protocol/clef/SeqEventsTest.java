package io.logagg.protocol.clef;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.protocol.HeldLines;
import io.logagg.protocol.JsonValues;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.Translation;
import io.logagg.protocol.WholeBody;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both forms of Seq's events. */
final class SeqEventsTest {
  private static final int MAX = Translation.MAX_RECORD_BYTES;
  private static final String TIME = "2025-11-28T12:00:00.123456Z";

  private static List<String> lines(String body) {
    return Translation.of(
        sink -> {
          SliceSink translator = ClefTranslator.into(sink, MAX);
          return new WholeBody(
              sink,
              (bytes, size) -> {
                HeldLines lines = new HeldLines(bytes, size, MAX);
                return target -> lines.next(translator);
              });
        },
        body);
  }

  private static List<String> raw(String body) {
    return Translation.of(
        sink -> {
          SliceSink translator = RawEventTranslator.into(sink, MAX);
          return new WholeBody(
              sink,
              (bytes, size) -> {
                JsonValues events = JsonValues.within("Events", bytes, size, MAX);
                return target -> events.next(translator);
              });
        },
        body);
  }

  /** As Serilog's CompactJsonFormatter writes it. */
  @Test
  void shouldTakeWhatSerilogSends() {
    assertEquals(
        List.of(
            TIME
                + " WARN shop/Shop.Cart Took 0007 items for \"ann\" {\"exception\":\"System.Exception: x\\n"
                + "   at y\",\"event_type\":\"5f\",\"trace_id\":\"t\",\"span_id\":\"s\",\"Count\":7,"
                + "\"User\":\"ann\",\"@odd\":1,\"message_template\":\"Took {Count:0000} items for {User:q}\"}"),
        lines(
            """
            {"@t":"2025-11-28T12:00:00.1234567Z","@mt":"Took {Count:0000} items for {User:q}","@r":["0007","\\"ann\\""],\
            "@l":"Warning","@x":"System.Exception: x\\n   at y","@i":"5f","@tr":"t","@sp":"s","Count":7,"User":"ann",\
            "SourceContext":"Shop.Cart","Application":"shop","@@odd":1}
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Hello {Name}|Hello ann",
        "{Name}{Name,-5}{@Name}{$Name}|annannannann",
        "{{Name}} {Missing} {|{Name} {Missing} {",
        "{N} {O} {N:000}|5 {\"a\":1} 5",
        "plain|plain"
      })
  void shouldRenderTemplates(String template, String message) {
    String event =
        "{\"@t\":\"2025-11-28T12:00:00.123456Z\",\"@mt\":\"%s\",\"Name\":\"ann\",\"N\":5,\"O\":{\"a\":1}}"
            .formatted(template);
    String record = lines(event).get(0);
    assertTrue(record.startsWith(TIME + " INFO otherwise/null " + message + " {\"Name\""), record);
  }

  @Test
  void shouldKeepWhatIsNoText() {
    assertEquals(
        List.of(
            TIME
                + " INFO otherwise/null  {\"@l\":{\"a\":1},\"@m\":[2],\"SourceContext\":null,\"id\":5}"),
        lines(
            "{\"@t\":\"2025-11-28T12:00:00.123456Z\",\"@l\":{\"a\":1},\"@m\":[2],\"SourceContext\":null,\"id\":5}"));
  }

  /** Whichever comes first. */
  @Test
  void shouldLoseNoPropertyToAFieldOfThatName() {
    String own =
        "\"@x\":\"1\",\"@i\":\"2\",\"@tr\":\"3\",\"@sp\":\"4\",\"@mt\":\"{exception}\",\"@l\":{},\"@new\":5";
    String properties =
        "\"exception\":\"6\",\"event_type\":7,\"trace_id\":8,\"span_id\":9,\"message_template\":10,\"@@l\":11,"
            + "\"@@new\":12,\"properties.exception\":13,\"app\":\"a\",\"Application\":\"b\"";
    String expected =
        TIME
            + " INFO a/null 6 {\"exception\":\"1\",\"event_type\":\"2\",\"trace_id\":\"3\",\"span_id\":\"4\",\"@l\":{},"
            + "\"@new\":5,\"properties.properties.exception\":\"6\",\"properties.event_type\":7,\"properties.trace_id\":8,"
            + "\"properties.span_id\":9,\"properties.message_template\":10,\"properties.@l\":11,\"properties.@new\":12,"
            + "\"properties.exception\":13,\"Application\":\"b\",\"message_template\":\"{exception}\"}";
    String time = "{\"@t\":\"" + TIME + "\",";
    assertEquals(List.of(expected), lines(time + own + "," + properties + "}"));
    assertEquals(List.of(expected), lines(time + properties + "," + own + "}"));
    assertEquals(
        List.of(TIME + " INFO otherwise/null m {\"exception\":6,\"message_template\":7}"),
        lines(time + "\"@m\":\"m\",\"exception\":6,\"message_template\":7}"));
  }

  @Test
  void shouldTellLinesThatAreNoEvents() {
    String good = "{\"@t\":\"2025-11-28T12:00:00.123456Z\",\"@m\":\"m\"}";
    String record = TIME + " INFO otherwise/null m {}";
    List<String> records = lines(good + "\r\n\n[1]\n{\"@t\"\n" + good);
    assertEquals(List.of(record, "3!not a JSON object"), records.subList(0, 2));
    assertTrue(records.get(2).startsWith("4!not valid JSON"), records.get(2));
    assertEquals(record, records.get(3));
    assertEquals(4, records.size());
    assertEquals(1203, lines((good + "\n").repeat(1203)).size());
  }

  /** As seq-logging writes them. */
  @Test
  void shouldTakeTheOlderForm() {
    assertEquals(
        List.of(
            TIME
                + " ERROR shop/cart User ann left {\"Name\":\"ann\",\"n\":{\"a\":[1]},"
                + "\"message_template\":\"User {Name} left\",\"exception\":\"Error: x\",\"trace_id\":\"t\"}",
            TIME + " INFO otherwise/null plain {}"),
        raw(
            """
            {"Events":[{"Timestamp":"2025-11-28T12:00:00.123456Z","Level":"Error","TraceId":"t",\
            "MessageTemplate":"User {Name} left","Exception":"Error: x","Properties":{"Name":"ann","app":"shop",\
            "service":"cart","n":{"a":[1]}}},{"Timestamp":"2025-11-28T12:00:00.123456Z","MessageTemplate":"plain"}]}"""));
    assertEquals(List.of(), raw("{\"Events\":[]}"));
    assertEquals(
        List.of("broken: the body ends before the JSON array does"), raw(" { \"Events\" : ["));
  }

  private static JsonValues values(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return JsonValues.within("Events", bytes, bytes.length, MAX);
  }

  @Test
  void shouldKnowTheFormAndWhetherItTellsItsTime() {
    assertTrue(values("\uFEFF{ \"Events\"\n:\n[{\"Timestamp\":1}]}").isWithin());
    for (String other :
        List.of("", "{", "{\"Events\":1}", "{\"Event\":[]}", "[{}]", "{\"Events\"")) {
      assertFalse(values(other).isWithin(), other);
    }
    Set<String> time = Set.of("Timestamp", "@t");
    assertTrue(values("{\"Events\":[{\"a\":[{}],\"Timestamp\":1}]}").firstHas(time));
    assertTrue(values("{\"@t\":1}").firstHas(time));
    for (String other :
        List.of("", "{\"a\":{\"@t\":1}}", "{\"Events\":[]}", "[1]", "{x", "{\"a\":1}{\"@t\":1}")) {
      assertFalse(values(other).firstHas(time), other);
    }
  }
}
