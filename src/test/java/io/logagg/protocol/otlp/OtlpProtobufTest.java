package io.logagg.protocol.otlp;

import static io.logagg.protocol.otlp.OtlpBodies.pair;
import static io.logagg.protocol.otlp.OtlpBodies.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.logagg.protocol.Translated;
import io.logagg.protocol.WholeBody;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies that OpenTelemetry's own classes wrote. */
final class OtlpProtobufTest {
  private static final WholeBody.Opening OPENING =
      (bytes, size) -> new OtlpProtobuf(bytes, size, 1 << 20);

  private static byte[] body(LogRecord record, KeyValue... resource) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .setResource(Resource.newBuilder().addAllAttributes(Arrays.asList(resource)))
                .addScopeLogs(ScopeLogs.newBuilder().addLogRecords(record)))
        .build()
        .toByteArray();
  }

  private static JsonNode only(LogRecord.Builder record, KeyValue... resource) {
    return Translated.of(OPENING, body(record.build(), resource)).only();
  }

  private static AnyValue array(AnyValue... values) {
    return AnyValue.newBuilder()
        .setArrayValue(ArrayValue.newBuilder().addAllValues(Arrays.asList(values)))
        .build();
  }

  private static AnyValue object(KeyValue... pairs) {
    return AnyValue.newBuilder()
        .setKvlistValue(KeyValueList.newBuilder().addAllValues(Arrays.asList(pairs)))
        .build();
  }

  private static AnyValue number(long value) {
    return AnyValue.newBuilder().setIntValue(value).build();
  }

  /** Time or observed time, of the first record. */
  @Test
  void shouldTellWhetherTheFirstRecordTellsItsTime() {
    WholeBody.Opening binary = (bytes, size) -> new OtlpProtobuf(bytes, size, 1 << 20);
    byte[] timed = OtlpBodies.records("a", 2);
    assertTrue(binary.isTimed(timed, timed.length));
    byte[] untimed = OtlpBodies.untimed("a", 2);
    assertFalse(binary.isTimed(untimed, untimed.length));
    assertFalse(binary.isTimed(untimed, 0));
    WholeBody.Opening text = (bytes, size) -> new OtlpJson(bytes, size, 1 << 20);
    String body = "{\"resourceLogs\":[{},{\"scopeLogs\":[{\"logRecords\":[{%s},{%s}]}]}]}";
    String time = "\"observedTimeUnixNano\":\"1764331200000000000\"";
    byte[] json = body.formatted(time, "").getBytes(StandardCharsets.UTF_8);
    assertTrue(text.isTimed(json, json.length));
    json = body.formatted("", time).getBytes(StandardCharsets.UTF_8);
    assertFalse(text.isTimed(json, json.length));
  }

  @Test
  void shouldKeepAllOfARecord() {
    LogRecord record =
        LogRecord.newBuilder()
            .setTimeUnixNano(1_764_331_200_123_456_789L)
            .setObservedTimeUnixNano(1_764_331_201_000_000_000L)
            .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_ERROR2)
            .setSeverityText("ERROR")
            .setBody(text("declined"))
            .addAttributes(pair("order", number(1042)))
            .addAttributes(pair("ratio", AnyValue.newBuilder().setDoubleValue(0.5).build()))
            .addAttributes(pair("retry", AnyValue.newBuilder().setBoolValue(true).build()))
            .addAttributes(
                pair(
                    "raw",
                    AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("hi")).build()))
            .addAttributes(pair("tags", array(text("a"), number(-1), array(), object())))
            .addAttributes(pair("deep", object(pair("x.y", object(pair("z", text("1")))))))
            .addAttributes(pair("empty", AnyValue.getDefaultInstance()))
            .addAttributes(pair("resource", text("mine")))
            .setDroppedAttributesCount(3)
            .setFlags(1)
            .setTraceId(ByteString.fromHex("5b8efff798038103d269b633813fc60c"))
            .setSpanId(ByteString.fromHex("eee19b7ec3c1b174"))
            .setEventName("order.declined")
            .build();
    byte[] body =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(
                ResourceLogs.newBuilder()
                    .setResource(
                        Resource.newBuilder()
                            .addAttributes(pair("service.name", text("checkout")))
                            .addAttributes(pair("service.namespace", text("shop")))
                            .setDroppedAttributesCount(2))
                    .addScopeLogs(
                        ScopeLogs.newBuilder()
                            .setScope(
                                InstrumentationScope.newBuilder()
                                    .setName("orders")
                                    .setVersion("1.2")
                                    .addAttributes(pair("k", text("v"))))
                            .addLogRecords(record)
                            .setSchemaUrl("https://opentelemetry.io/schemas/1.30.0")))
            .build()
            .toByteArray();

    JsonNode expected =
        Translated.tree(
            """
            {"app":"shop","service":"checkout","level":"ERROR","message":"declined",
             "timestamp":1764331200123456789,
             "metadata_":{"order":1042,"ratio":0.5,"retry":true,"raw":"aGk=",
               "tags":["a",-1,[],{}],"deep":{"x.y":{"z":"1"}},"empty":null,
               "attributes.resource":"mine","dropped_attributes_count":3,"flags":1,
               "trace_id":"5b8efff798038103d269b633813fc60c","span_id":"eee19b7ec3c1b174",
               "event_name":"order.declined","severity_number":18,
               "observed_timestamp":"2025-11-28T12:00:01Z",
               "resource":{"service.name":"checkout","service.namespace":"shop",
                 "dropped_attributes_count":2},
               "scope":{"name":"orders","version":"1.2","attributes":{"k":"v"}}}}""");
    assertEquals(expected, Translated.of(OPENING, body).only());
    assertEquals(expected, Translated.of(OPENING, body, 1).only());
  }

  @Test
  void shouldReadFieldsInAnyOrder() throws Exception {
    byte[] resource =
        ResourceLogs.newBuilder()
            .setResource(Resource.newBuilder().addAttributes(pair("app", text("late"))))
            .build()
            .toByteArray();
    byte[] scopes =
        ResourceLogs.newBuilder()
            .addScopeLogs(
                ScopeLogs.newBuilder().addLogRecords(LogRecord.newBuilder().setBody(text("m"))))
            .build()
            .toByteArray();
    byte[] joined = Arrays.copyOf(scopes, scopes.length + resource.length);
    System.arraycopy(resource, 0, joined, scopes.length, resource.length);
    byte[] head = {0x0A, (byte) joined.length};
    byte[] body = Arrays.copyOf(head, head.length + joined.length);
    System.arraycopy(joined, 0, body, head.length, joined.length);

    assertEquals(1, ExportLogsServiceRequest.parseFrom(body).getResourceLogsCount());
    assertEquals("late", Translated.of(OPENING, body).only().path("app").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "9,,INFO,,",
    "1,TRACE,TRACE,,",
    "10,INFO,INFO,10,",
    "10,INFO2,INFO,10,INFO2",
    "9,Information,Information,,",
    "13,notice,notice,13,",
    "9,stderr,INFO,,stderr",
    "0,stderr,stderr,,",
    "24,,FATAL,24,",
    "25,,,25,",
    "0,,,,"
  })
  void shouldFoldSeverity(int number, String text, String level, Integer kept, String keptText) {
    JsonNode record =
        only(
            LogRecord.newBuilder()
                .setSeverityNumberValue(number)
                .setSeverityText(text == null ? "" : text));

    assertEquals(level, record.path("level").asText(null));
    JsonNode metadata = record.path("metadata_");
    assertEquals(kept == null ? 0 : kept, metadata.path("severity_number").intValue());
    assertEquals(keptText, metadata.path("severity_text").asText(null));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,",
    "0,1764331200000000001,1764331200000000001",
    "1764331200000000000,1764331200000000001,1764331200000000000",
    "5000,0,1970-01-01T00:00:00.000005Z"
  })
  void shouldChooseTheTime(long time, long observed, String expected) {
    JsonNode record =
        only(LogRecord.newBuilder().setTimeUnixNano(time).setObservedTimeUnixNano(observed));
    assertEquals(expected, record.path("timestamp").asText(null));
    assertFalse(record.path("metadata_").has("observed_timestamp"));
  }

  @Test
  void shouldHaveATimeBeyondAllTimesRefused() {
    JsonNode record = only(LogRecord.newBuilder().setTimeUnixNano(-1));
    assertEquals("18446744073709551615", record.path("timestamp").asText());
  }

  @Test
  void shouldMakeAMessageOfAnyBody() {
    JsonNode structured =
        only(LogRecord.newBuilder().setBody(object(pair("a", number(1)), pair("b", text("\"")))));
    assertEquals("{\"a\":1,\"b\":\"\\\"\"}", structured.path("message").asText());
    assertEquals(1, structured.path("metadata_").path("body").path("a").intValue());

    JsonNode plain = only(LogRecord.newBuilder().setBody(number(42)));
    assertEquals("42", plain.path("message").asText());
    assertEquals(42, plain.path("metadata_").path("body").intValue());

    JsonNode bytes =
        only(
            LogRecord.newBuilder()
                .setBody(AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("hi"))));
    assertEquals("aGk=", bytes.path("message").asText());

    for (LogRecord.Builder none :
        List.of(
            LogRecord.newBuilder(),
            LogRecord.newBuilder().setBody(text("")),
            LogRecord.newBuilder().setBody(AnyValue.getDefaultInstance()))) {
      JsonNode record = only(none);
      assertEquals("", record.path("message").asText("missing"));
      assertFalse(record.path("metadata_").has("body"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "app;a app.name;b service.namespace;c service.name;d,a,d",
    "app.name;b service.namespace;c service.name;d,b,d",
    "service.namespace;c service.name;d,c,d",
    "service.name;d,d,d",
    "host.name;h,,",
    "app;' ' service.name;d,d,d"
  })
  void shouldNameTheApp(String attributes, String app, String service) {
    KeyValue[] resource =
        Arrays.stream(attributes.replace("' '", "").split(" "))
            .map(pair -> pair.split(";", 2))
            .map(pair -> pair(pair[0], text(pair[1])))
            .toArray(KeyValue[]::new);
    JsonNode record = only(LogRecord.newBuilder(), resource);
    assertEquals(app, record.path("app").asText(null));
    assertEquals(service, record.path("service").asText(null));
  }

  @Test
  void shouldTakeNoIdsForNone() {
    JsonNode record = only(LogRecord.newBuilder().setTraceId(ByteString.copyFrom(new byte[16])));
    assertEquals("{}", record.path("metadata_").toString());
  }

  @Test
  void shouldKeepWhatNestsTooDeep() {
    AnyValue deep = text("bottom");
    for (int i = 0; i < 300; i++) {
      deep = array(deep);
    }
    JsonNode at = only(LogRecord.newBuilder().addAttributes(pair("deep", deep)));
    at = at.path("metadata_").path("deep");
    int depth = 0;
    while (at.isArray()) {
      at = at.get(0);
      depth++;
    }
    assertEquals(100, depth);
    assertTrue(at.asText().length() > 200, at.asText());
  }

  @Test
  void shouldHandOnALargeBodyInParts() {
    Translated done = Translated.of(OPENING, OtlpBodies.records("big", 1700), 977);
    assertEquals("", done.fault());
    assertEquals(1700, done.records().size());
    assertTrue(done.parts().stream().allMatch(part -> part <= WholeBody.MAX_RECORDS));
    assertEquals("m1699", done.records().get(1699).path("message").asText());
    assertEquals(done.parts(), Translated.of(OPENING, OtlpBodies.records("big", 1700)).parts());
  }

  @Test
  void shouldBoundAPartOfLargeRecordsToo() {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    for (int i = 0; i < 10; i++) {
      scope.addLogRecords(LogRecord.newBuilder().setBody(text("x".repeat(400_000))));
    }
    byte[] body =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(scope))
            .build()
            .toByteArray();
    Translated done = Translated.of(OPENING, body);
    assertEquals(10, done.records().size());
    assertTrue(done.parts().stream().allMatch(part -> part <= 2), () -> "" + done.parts());
  }

  @Test
  void shouldTakeAnEmptyBody() {
    assertEquals(new Translated(List.of(), List.of(0), ""), Translated.of(OPENING, new byte[0]));
  }

  @Test
  void shouldRefuseEveryBodyThatIsCutOffBetweenFields() {
    byte[] body = OtlpBodies.records("cut", 3);
    int refused = 0;
    for (int length = 1; length < body.length; length++) {
      Translated done = Translated.of(OPENING, Arrays.copyOf(body, length));
      refused += done.fault().isEmpty() ? 0 : 1;
    }
    assertEquals(body.length - 1, refused);
  }

  @Test
  void shouldEndWithAFaultOrRecordsWhateverComes() {
    Random random = new Random(7);
    byte[] good = OtlpBodies.records("noise", 20);
    int faults = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] body = good.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt();
      }
      faults += Translated.of(OPENING, body).fault().isEmpty() ? 0 : 1;
    }
    assertTrue(faults > 1000, "only " + faults);
  }
}
