package io.logagg.protocol.elastic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.logagg.protocol.Decoded;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.LogRecord;
import io.logagg.record.TimeWindow;
import io.logagg.record.Timestamps;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of documents, decoded. */
final class SourceTranslatorTest {
  private static final String TIME = "2026-11-28T12:00:00.123Z";
  private static final JsonRecordDecoder DECODER = new JsonRecordDecoder(new TimeWindow(0, 2));

  private static Decoded decode(String source) {
    byte[] record = BulkBodies.record(source).getBytes(UTF_8);
    long now = Timestamps.micros(Instant.parse("2026-11-28T13:00:00Z"));
    return DECODER.decode(
        record, 0, record.length, Defaults.NONE, new DerivedStamps("test", now), null);
  }

  private static LogRecord taken(String source) {
    return assertInstanceOf(Decoded.Accepted.class, decode(source)).record();
  }

  private static String time(LogRecord record) {
    return Timestamps.format(record.timestampMicros());
  }

  @Test
  void shouldTakeWhatFilebeatSends() {
    LogRecord record =
        taken(
            """
            {"@timestamp":"2026-11-28T12:00:00.123Z","@metadata":{"beat":"filebeat"},"message":"hello",\
            "log":{"level":"warning","offset":7,"file":{"path":"/var/log/x"}},"service":{"name":"cart"},\
            "host":{"name":"web-1"},"error":{"type":"E","stack_trace":"at x"},"data_stream":{"type":"logs",\
            "dataset":"nginx.access","namespace":"default"},"ecs":{"version":"8.0.0"}}""");

    assertEquals(TIME, time(record));
    assertEquals("WARN", record.level());
    assertEquals("cart", record.service());
    assertEquals("nginx.access", record.app());
    assertEquals("hello", record.message());
    assertEquals(
        "{\"@metadata\":{\"beat\":\"filebeat\"},\"host\":{\"name\":\"web-1\"},\"error\":{\"type\":\"E\","
            + "\"stack_trace\":\"at x\"},\"data_stream\":{\"type\":\"logs\",\"dataset\":\"nginx.access\","
            + "\"namespace\":\"default\"},\"ecs\":{\"version\":\"8.0.0\"},\"log\":{\"level\":\"warning\","
            + "\"offset\":7,\"file\":{\"path\":\"/var/log/x\"}},\"service\":{\"name\":\"cart\"}}",
        record.metadata());
  }

  @Test
  void shouldTakeFlatNames() {
    LogRecord record =
        taken(
            """
            {"@timestamp":"2026-11-28T12:00:00.123Z","log.level":"ERROR","service.name":"cart",\
            "labels.app":"front","event.original":"raw","host.name":"h"}""");

    assertEquals(TIME, time(record));
    assertEquals("ERROR", record.level());
    assertEquals("cart", record.service());
    assertEquals("front", record.app());
    assertEquals("raw", record.message());
    assertEquals(
        "{\"labels.app\":\"front\",\"event.original\":\"raw\",\"host.name\":\"h\"}",
        record.metadata());
  }

  @Test
  void shouldTakeWhatTheOpenTelemetryCollectorSends() {
    LogRecord record =
        taken(
            """
            {"@timestamp":"1795867200123.456","body":{"text":"hello"},"severity_text":"WARN",\
            "severity_number":13,"resource":{"attributes":{"service.name":"cart"}},\
            "data_stream":{"dataset":"generic.otel"},"attributes":{"id":1}}""");

    assertEquals("2026-11-28T12:00:00.123456Z", time(record));
    assertEquals("hello", record.message());
    assertEquals("WARN", record.level());
    assertEquals("cart", record.service());
    assertEquals("generic.otel", record.app());
  }

  @Test
  void shouldTakeWhatRsyslogSends() {
    LogRecord record =
        taken(
            """
            {"message":" started","fromhost":"web-1","facility":"daemon","priority":"err",\
            "timereported":"2026-11-28T13:00:00.123+01:00","timegenerated":"2026-11-28T12:00:01Z"}""");

    assertEquals(TIME, time(record));
    assertEquals("ERROR", record.level());
    assertEquals(" started", record.message());
    assertEquals("shop", record.app());
  }

  @Test
  void shouldLetAtTimestampWinOverAllOtherTimes() {
    LogRecord record =
        taken(
            "{\"ts\":1,\"time\":\"x\",\"timestamp\":\"28/Nov/2026\",\"message\":\"m\",\"@timestamp\":\""
                + TIME
                + "\"}");

    assertEquals(TIME, time(record));
    assertEquals("{\"ts\":1,\"time\":\"x\",\"timestamp\":\"28/Nov/2026\"}", record.metadata());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"msg\":\"other\"}                                   | other",
        "{\"log\":\"container line\"}                          | container line",
        "{\"message\":null,\"error\":{\"message\":\"broke\"}}  | broke",
        "{\"message\":{\"a\":1},\"event\":{\"original\":\"o\"}}| o",
        "{\"body\":\"b\"}                                      | b",
        "{\"message\":42}                                      | 42",
        "{\"a\":1}                                             | ``",
        "{}                                                    | ``",
      })
  void shouldFindTheMessageOrDoWithout(String source, String message) {
    assertEquals(message, taken(source).message());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"app\":\"own\",\"labels\":{\"app\":\"l\"}}          | own",
        "{\"app\":7}                                           | 7",
        "{\"app\":{\"name\":\"x\"},\"labels\":{\"app\":\"l\"}} | l",
        "{\"app\":\"\"}                                        | shop",
        "{\"app\":null}                                        | shop",
        "{\"labels\":{\"app\":5}}                              | shop",
        "{\"labels\":[\"app\"]}                                | shop",
      })
  void shouldFindTheApp(String source, String app) {
    assertEquals(app, taken(source).app());
  }

  /** What a producer of ours may not send is data here, however it is called. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"x\"}",
        "{\"id\":{\"a\":[1,\"}\"]}}",
        "{\"level\":{\"a\":1}}",
        "{\"level\":null}",
        "{\"service\":[\"a\"]}",
        "{\"timestamp\":{\"a\":1}}",
        "{\"timestamp\":\"yesterday\"}",
        "{\"metadata_\":\"text\"}",
        "{\"app\":[1]}",
        "{\"message\":[\"a\",\"b\"]}"
      })
  void shouldKeepFieldsOfOtherTypesAsData(String source) {
    LogRecord record = taken(source);

    assertEquals(source, record.metadata());
    assertEquals("", record.message());
    assertEquals(null, record.sourceId());
  }

  @Test
  void shouldNotTakeAnEscapedNameForOneOfOurs() {
    LogRecord record = taken("{\"\\u0069d\":\"x\",\"message\":\"m\"}");

    assertEquals(null, record.sourceId());
    assertEquals("{\"id\":\"x\"}", record.metadata());
  }

  @Test
  void shouldJoinDataWithTheDocumentsOwnMetadata() {
    assertEquals(
        "{\"a\":0,\"id\":1,\"b\":2}",
        taken("{\"id\":1,\"a\":0,\"metadata_\":{\"b\":2},\"message\":\"m\"}").metadata());
  }

  @Test
  void shouldRefuseATimeThatCannotBeRead() {
    assertInstanceOf(Decoded.Refused.class, decode("{\"@timestamp\":\"soon\",\"message\":\"m\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "\"text\"",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1}{\"b\":2}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":[1}",
        "{\"a\":{1]}",
        "{\"a\":tru}",
        "{\"a\":5{}",
        "{\"a\":\"x}",
        "{\"a\":\"\\",
        "{\"id\":[1}",
        "{\"metadata_\":{\"a\":x}}",
        "{,}"
      })
  void shouldMakeNoRecordOfWhatIsNoDocument(String source) {
    assertInstanceOf(Decoded.Refused.class, decode(source), BulkBodies.record(source));
  }
}
