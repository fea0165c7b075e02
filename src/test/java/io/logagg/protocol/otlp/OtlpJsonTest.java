package io.logagg.protocol.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.protocol.Translated;
import io.logagg.protocol.WholeBody;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies as OpenTelemetry's JavaScript SDK and the Collector write them, and others. */
final class OtlpJsonTest {
  private static final WholeBody.Opening OPENING =
      (bytes, size) -> new OtlpJson(bytes, size, 1 << 20);

  private static Translated translate(String json, int chunkBytes) {
    return Translated.of(OPENING, json.getBytes(StandardCharsets.UTF_8), chunkBytes);
  }

  private static Translated translate(String json) {
    return translate(json, Integer.MAX_VALUE);
  }

  private static String body(String record) {
    return "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + record + "]}]}]}";
  }

  /** It would be read once more for each level around it. */
  @Test
  void shouldKeepALongValueBeforeItsKeyAsItCame() {
    String text = "x".repeat(70_000);
    String value =
        "{\"kvlistValue\":{\"values\":[{\"value\":{\"stringValue\":\"%s\"},\"key\":\"k\"}]}}";
    JsonNode record =
        translate(
                body(
                    "{\"attributes\":[{\"value\":%s,\"key\":\"long\"},{\"value\":%s,\"key\":\"short\"}]}"
                        .formatted(value.formatted(text), value.formatted("s"))))
            .only();
    assertEquals(Translated.tree(value.formatted(text)), record.at("/metadata_/long"));
    assertEquals(Translated.tree("{\"k\":\"s\"}"), record.at("/metadata_/short"));
  }

  @Test
  void shouldKeepAllOfARecord() {
    String json =
        """
        {"resourceLogs":[{"resource":{"attributes":[
            {"key":"service.name","value":{"stringValue":"checkout"}},
            {"key":"service.namespace","value":{"stringValue":"shop"}}],"droppedAttributesCount":2},
          "scopeLogs":[{"scope":{"name":"orders","version":"","attributes":[
              {"key":"k","value":{"stringValue":"v"}}]},
            "logRecords":[{"timeUnixNano":"1764331200123456789","observedTimeUnixNano":1764331201000000000,
              "severityNumber":18,"severityText":"ERROR","body":{"stringValue":"declined"},
              "attributes":[{"key":"order","value":{"intValue":"1042"}},{"key":"n","value":{"intValue":7}},
                {"key":"ratio","value":{"doubleValue":0.5}},{"key":"inf","value":{"doubleValue":"Infinity"}},
                {"key":"retry","value":{"boolValue":true}},{"key":"raw","value":{"bytesValue":"aGk="}},
                {"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"},{"arrayValue":{}}]}}},
                {"key":"deep","value":{"kvlistValue":{"values":[{"key":"z","value":{"stringValue":"1"}}]}}},
                {"value":{"stringValue":"early"},"key":"swapped"},{"key":"empty","value":{}},{"key":"none"},
                {"key":"new","value":{"someDayValue":1}},{"key":"body","value":{"stringValue":"mine"}}],
              "droppedAttributesCount":3,"flags":1,"traceId":"5B8EFFF798038103D269B633813FC60C",
              "spanId":"EEE19B7EC3C1B174","eventName":"order.declined","unheardOf":{"a":[1,{}]}}],
            "schemaUrl":"s"}]}]}""";
    JsonNode expected =
        Translated.tree(
            """
            {"app":"shop","service":"checkout","level":"ERROR","message":"declined",
             "timestamp":1764331200123456789,
             "metadata_":{"order":1042,"n":7,"ratio":0.5,"inf":"Infinity","retry":true,"raw":"aGk=",
               "tags":["a",[]],"deep":{"z":"1"},"swapped":"early","empty":null,"none":null,"new":null,
               "attributes.body":"mine","dropped_attributes_count":3,"flags":1,
               "trace_id":"5b8efff798038103d269b633813fc60c","span_id":"eee19b7ec3c1b174",
               "event_name":"order.declined","severity_number":18,
               "observed_timestamp":"2025-11-28T12:00:01Z",
               "resource":{"service.name":"checkout","service.namespace":"shop",
                 "dropped_attributes_count":2},
               "scope":{"name":"orders","attributes":{"k":"v"}}}}""");
    assertEquals(expected, translate(json).only());
    assertEquals(expected, translate(json, 1).only());
  }

  @Test
  void shouldTakeTheNamesOfTheDefinitionAndAnyOrder() {
    String json =
        """
        {"resource_logs":[{"scope_logs":[{"log_records":[{"severity_number":"SEVERITY_NUMBER_WARN",
          "time_unix_nano":"1764331200000000000","body":{"string_value":"m"}}],
          "scope":{"name":"late"}}],
          "resource":{"attributes":[{"key":"app","value":{"string_value":"late"}}]}}]}""";
    JsonNode record = translate(json).only();
    assertEquals("late", record.path("app").asText());
    assertEquals("late", record.path("metadata_").path("scope").path("name").asText());
    assertEquals("WARN", record.path("level").asText());
    assertEquals("m", record.path("message").asText());
    assertEquals(1764331200000000000L, record.path("timestamp").longValue());
  }

  @Test
  void shouldKeepABodyOfStructure() {
    JsonNode record =
        translate(
                body(
                    "{\"body\":{\"kvlistValue\":{\"values\":[{\"key\":\"a\",\"value\":{\"intValue\":\"1\"}}]}}}"))
            .only();
    assertEquals("{\"a\":1}", record.path("message").asText());
    assertEquals(1, record.path("metadata_").path("body").path("a").intValue());
    assertEquals("", translate(body("{}")).only().path("message").asText("missing"));
    assertFalse(translate(body("{\"timeUnixNano\":\"0\"}")).only().has("timestamp"));
  }

  @Test
  void shouldHandOnWhatIsNoRecordToBeRefused() {
    Translated done = translate(body("1,{\"timeUnixNano\":\"soon\"},[]"));
    assertEquals("", done.fault());
    assertEquals("1", done.records().get(0).toString());
    assertEquals("soon", done.records().get(1).path("timestamp").asText());
    assertEquals("[]", done.records().get(2).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{\"resourceLogs\":",
        "{\"resourceLogs\":{}}",
        "{\"resourceLogs\":[1]}",
        "{\"resourceLogs\":[{\"scopeLogs\":{}}]}",
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":1}]}]}",
        "{\"resourceLogs\":[]} {}",
        "{resourceLogs:[]}"
      })
  void shouldRefuseOtherBodies(String json) {
    Translated done = translate(json);
    assertFalse(done.fault().isEmpty(), json);
    assertEquals(0, done.records().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"resourceLogs\":[]}",
        "{\"resourceLogs\":null}",
        "{\"resourceLogs\":[{}]}"
      })
  void shouldTakeABodyWithoutRecords(String json) {
    assertEquals("", translate(json).fault());
  }

  @Test
  void shouldRefuseEveryBodyThatIsCutOff() {
    String json = body("{\"body\":{\"stringValue\":\"m\"},\"attributes\":[]},{}");
    for (int length = 0; length < json.length(); length++) {
      assertFalse(translate(json.substring(0, length)).fault().isEmpty(), json);
    }
  }

  @Test
  void shouldHandOnALargeBodyInParts() {
    String records =
        IntStream.range(0, 1300)
            .mapToObj(i -> "{\"body\":{\"stringValue\":\"m" + i + "\"}}")
            .collect(Collectors.joining(","));
    Translated done = translate(body(records), 1013);
    assertEquals(1300, done.records().size());
    assertTrue(done.parts().stream().allMatch(part -> part <= WholeBody.MAX_RECORDS));
    assertEquals("m1299", done.records().get(1299).path("message").asText());
  }
}
