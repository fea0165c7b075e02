package io.logagg.protocol.datadog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.protocol.JsonValues;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.Translation;
import io.logagg.protocol.WholeBody;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DatadogTranslatorTest {
  private static final String TIME = "2025-11-28T12:00:00.123Z";
  private static final String NOW = "2026-11-28T12:00:00Z";

  private static List<String> records(Map<String, String> url, String body) {
    int max = Translation.MAX_RECORD_BYTES;
    return Translation.of(
        sink -> {
          SliceSink translator = DatadogTranslator.into(sink, max, url::get);
          return new WholeBody(
              sink,
              (bytes, size) -> {
                JsonValues values = JsonValues.of(bytes, size, max);
                return target -> values.next(translator);
              });
        },
        body);
  }

  private static void assertRecord(String expected, String body) {
    assertEquals(List.of(expected), records(Map.of(), body));
  }

  /** As the agent sends it. */
  @Test
  void shouldTakeALogOfTheAgent() {
    assertRecord(
        TIME
            + " ERROR shop/checkout declined {\"hostname\":\"web1\",\"ddsource\":\"java\","
            + "\"tags\":{\"env\":\"prod\",\"app\":\"shop\",\"kube_pod\":[\"a\",\"b\"],\"canary\":true}}",
        """
        [{"message":"declined","status":"error","timestamp":1764331200123,"hostname":"web1","service":"checkout",\
        "ddsource":"java","ddtags":"env:prod,app:shop, kube_pod:a,kube_pod:b,canary,,:x,kube_pod:a"}]""");
  }

  @Test
  void shouldNameTheAppByFieldThenTagThenServiceThenSource() {
    assertRecord(
        NOW + " INFO own/s m {\"tags\":{\"app\":\"t\"}}",
        "{\"message\":\"m\",\"app\":\"own\",\"ddtags\":\"app:t\",\"service\":\"s\"}");
    assertRecord(NOW + " INFO s/s m {}", "{\"message\":\"m\",\"service\":\"s\"}");
    assertRecord(
        NOW + " INFO nginx/null m {\"ddsource\":\"nginx\"}",
        "{\"message\":\"m\",\"ddsource\":\"nginx\"}");
    assertRecord(
        NOW + " INFO otherwise/null m {\"ddtags\":\"\"}", "{\"message\":\"m\",\"ddtags\":\"\"}");
  }

  @Test
  void shouldTakeFromTheUrlWhatTheLogDoesNotSay() {
    Map<String, String> url =
        Map.of("ddsource", "nodejs", "ddtags", "env:dev,a:1", "service", "web", "hostname", "h");
    assertEquals(
        List.of(
            NOW
                + " WARN web/web m {\"ddsource\":\"nodejs\",\"hostname\":\"h\","
                + "\"tags\":{\"env\":[\"dev\",\"prod\"],\"a\":\"1\"}}",
            NOW
                + " INFO own/own m {\"hostname\":\"own\",\"ddsource\":\"nodejs\","
                + "\"tags\":{\"env\":\"dev\",\"a\":\"1\"}}"),
        records(
            url,
            """
            [{"message":"m","level":"warn","ddtags":"env:prod"},
            {"message":"m","service":"own","hostname":"own"}]"""));
  }

  @Test
  void shouldLoseNothing() {
    assertRecord(
        NOW
            + " INFO otherwise/null  {\"timestamp\":\"soon\",\"id\":7,\"tags\":[1],"
            + "\"message\":{\"a\":1},\"ddtags\":{\"x\":\"1\"}}",
        "{\"timestamp\":\"soon\",\"id\":7,\"tags\":[1],\"message\":{\"a\":1},\"ddtags\":\"x:1\"}");
  }

  @Test
  void shouldTakeOneLogAloneAndTellWhatIsNone() {
    assertEquals(
        List.of("1!not a JSON object", NOW + " INFO otherwise/null m {}", "3!not a JSON object"),
        records(Map.of(), "[\"text\",{\"message\":\"m\"},[1]]"));
    assertEquals(List.of(), records(Map.of(), "[]"));
    assertEquals(
        List.of("broken: expected a JSON object, found 'h' at byte 0"), records(Map.of(), "hello"));
  }
}
