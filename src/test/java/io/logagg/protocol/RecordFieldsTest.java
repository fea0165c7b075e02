package io.logagg.protocol;

import static io.logagg.protocol.Decoding.RECEIVED;
import static io.logagg.protocol.Decoding.accept;
import static io.logagg.protocol.Decoding.acceptWith;
import static io.logagg.protocol.Decoding.micros;
import static io.logagg.protocol.Decoding.refuse;
import static io.logagg.protocol.Decoding.refuseWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.logagg.record.DedupeKeys;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.record.RefusalKind;
import io.logagg.record.TimeWindow;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields that a record has by name. */
final class RecordFieldsTest {
  private static final Defaults DEFAULTS = new Defaults("shop", "cart", "warning");

  private static LogRecord acceptDefaults(String json) {
    return accept(json.getBytes(StandardCharsets.UTF_8), DEFAULTS);
  }

  @Test
  void shouldTakeEveryField() {
    LogRecord record =
        accept(
            """
            {"level":"err","message":"out of stock","service":"cart","app":"shop",
             "timestamp":"2026-02-28T23:00:00.123456+01:00","metadata_":{"sku": 7},"id":"A-1"}""");

    long expected = micros("2026-02-28T22:00:00.123456Z");
    assertEquals(
        new LogRecord(
            new DerivedStamps("test", RECEIVED).nextId(expected),
            expected,
            RECEIVED,
            "ERROR",
            "shop",
            "cart",
            "out of stock",
            "{\"sku\": 7}",
            "A-1",
            DedupeKeys.ofSourceId("shop", "A-1")),
        record);
    assertEquals(expected, RecordIds.timestampMicros(record.id()));
  }

  @Test
  void shouldFillInWhatIsMissing() {
    assertEquals(
        new LogRecord(
            new DerivedStamps("test", RECEIVED).nextId(RECEIVED),
            RECEIVED,
            RECEIVED,
            "INFO",
            "a",
            null,
            "m",
            "{}",
            null,
            null),
        accept("{\"app\":\"a\",\"message\":\"m\"}"));
  }

  @Test
  void shouldTakeNullAsMissing() {
    assertEquals(
        accept("{\"app\":\"a\",\"message\":\"m\"}"),
        acceptWith(
            "\"level\":null,\"service\":null,\"timestamp\":null,\"metadata_\":null,\"id\":null"));
    assertEquals("message is missing", refuse("{\"app\":\"a\",\"message\":null}"));
    assertEquals("app is missing", refuse("{\"app\":null,\"message\":\"m\"}"));
  }

  @Test
  void shouldNeedMessageAndApp() {
    assertEquals("message is missing", refuse("{}"));
    assertEquals("message is missing", refuse("{\"app\":\"a\"}"));
    assertEquals("app is missing", refuse("{\"message\":\"m\"}"));
    assertEquals("app is blank", refuse("{\"message\":\"m\",\"app\":\"\"}"));
    assertEquals("app is blank", refuse("{\"message\":\"m\",\"app\":\" \\t\"}"));
  }

  @Test
  void shouldTakeAnEmptyMessage() {
    assertEquals("", accept("{\"app\":\"a\",\"message\":\"\"}").message());
  }

  @Test
  void shouldUseTheDefaultsOfTheRequestWhereTheRecordHasNone() {
    LogRecord record = acceptDefaults("{\"message\":\"m\"}");

    assertEquals("shop", record.app());
    assertEquals("cart", record.service());
    assertEquals("WARN", record.level());
  }

  @Test
  void shouldPreferTheRecordsOwnToTheDefaults() {
    LogRecord exact =
        acceptDefaults("{\"message\":\"m\",\"app\":\"a\",\"service\":\"s\",\"level\":\"debug\"}");
    assertEquals("a", exact.app());
    assertEquals("s", exact.service());
    assertEquals("DEBUG", exact.level());

    LogRecord aliased = acceptDefaults("{\"msg\":\"m\",\"logger\":\"l\",\"lvl\":10}");
    assertEquals("l", aliased.service());
    assertEquals("TRACE", aliased.level());
  }

  @Test
  void shouldTakeNumbersAndBooleansAsText() {
    LogRecord record =
        accept("{\"app\":7,\"message\":1.50,\"level\":40,\"service\":true,\"id\":12345678901234}");

    assertEquals("7", record.app());
    assertEquals("1.50", record.message());
    assertEquals("WARN", record.level());
    assertEquals("true", record.service());
    assertEquals("12345678901234", record.sourceId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"level", "service", "timestamp", "id", "app", "message"})
  void shouldRefuseAnArrayForAText(String field) {
    assertEquals(field + " must be a string", refuseWith("\"" + field + "\":[\"x\"]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"level", "timestamp", "id", "app", "message"})
  void shouldRefuseAnObjectForAText(String field) {
    assertEquals(field + " must be a string", refuseWith("\"" + field + "\":{\"x\":1}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[{}]", "\"{}\"", "7", "true"})
  void shouldRefuseMetadataThatIsNoObject(String value) {
    assertEquals("metadata_ must be an object", refuseWith("\"metadata_\":" + value));
  }

  @Test
  void shouldKeepTheLastOfDuplicates() {
    LogRecord record =
        accept(
            """
            {"app":"x","app":"a","message":"x","message":"m","level":"x","level":"error","id":1,
             "id":2,"metadata_":{"x":1},"metadata_":{"y":2},"timestamp":"x","timestamp":0}""");

    assertEquals("a", record.app());
    assertEquals("m", record.message());
    assertEquals("ERROR", record.level());
    assertEquals("2", record.sourceId());
    assertEquals("{\"y\":2}", record.metadata());
    assertEquals(0, record.timestampMicros());
    assertEquals("message is missing", refuseWith("\"message\":null"));
  }

  @ParameterizedTest
  @CsvSource({
    "1764000000, 2025-11-24T16:00:00Z",
    "1764000000.5, 2025-11-24T16:00:00.5Z",
    "1764000000123, 2025-11-24T16:00:00.123Z",
    "1764000000123456, 2025-11-24T16:00:00.123456Z",
    "1764000000123456789, 2025-11-24T16:00:00.123456Z",
    "1.764000000123456E9, 2025-11-24T16:00:00.123456Z",
    "-1, 1969-12-31T23:59:59Z",
    "'\"1764000000\"', 2025-11-24T16:00:00Z",
    "'\"2025-11-24T16:00:00Z\"', 2025-11-24T16:00:00Z",
  })
  void shouldReadTimestamps(String value, String expected) {
    assertEquals(micros(expected), acceptWith("\"timestamp\":" + value).timestampMicros());
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "", "2026-02-30T00:00:00Z"})
  void shouldRefuseATimestampThatCannotBeRead(String value) {
    assertEquals(
        "timestamp \"" + value + "\" is neither RFC 3339 nor an epoch number in range",
        refuseWith("\"timestamp\":\"" + value + "\""));
  }

  @Test
  void shouldNotRepeatALongTimestampInTheReason() {
    assertEquals(
        "timestamp \"" + "9".repeat(64) + "\" is neither RFC 3339 nor an epoch number in range",
        refuseWith("\"timestamp\":" + "9".repeat(1_000)));
  }

  @Test
  void shouldHoldTheTimeWindow() {
    assertEquals(
        micros("2026-03-03T12:00:00Z"),
        acceptWith("\"timestamp\":\"2026-03-03T12:00:00Z\"").timestampMicros());
    assertEquals(
        "timestamp 2026-03-03T12:00:00.000001Z is more than retention.maxFutureDays=2 days ahead",
        refuseWith("\"timestamp\":\"2026-03-03T12:00:00.000001Z\""));
    assertEquals(
        "timestamp 2026-03-04T00:00:00Z is more than retention.maxFutureDays=2 days ahead",
        refuseWith("\"ts\":\"2026-03-04T00:00:00Z\""));
    assertEquals(0, micros("1970-01-01T00:00:00Z"));

    byte[] old =
        "{\"app\":\"a\",\"message\":\"m\",\"timestamp\":0}".getBytes(StandardCharsets.UTF_8);
    assertEquals(
        new Decoded.Refused(
            RefusalKind.TIMESTAMP_OUT_OF_RANGE,
            "timestamp 1970-01-01T00:00:00Z is older than retention.maxAgeDays=30 days",
            "a"),
        new JsonRecordDecoder(new TimeWindow(30, 2))
            .decode(old, 0, old.length, Defaults.NONE, new DerivedStamps("x", RECEIVED), null));
  }

  @Test
  void shouldFoldTheLevel() {
    assertEquals("EMERGENCY", acceptWith("\"level\":0").level());
    assertEquals("WARN", acceptWith("\"level\":\" Warning \"").level());
    assertEquals("X".repeat(32), acceptWith("\"level\":\"" + "x".repeat(300) + "\"").level());
    assertEquals("INFO", acceptWith("\"level\":\"\"").level());
    assertEquals("УРОВЕНЬ", acceptWith("\"level\":\"уровень\"").level());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " my app ",
        "it's",
        "a/b\\\\c",
        "say \\\"hi\\\"",
        "'; DROP TABLE logs; --",
        "$1",
        "%s {0} ${x}",
        "größe 😀",
        "../../etc/passwd",
      })
  void shouldTakeAnyNameAsItIs(String name) {
    String text = name.replace("\\\"", "\"").replace("\\\\", "\\");
    LogRecord record =
        accept(
            "{'app':'@','message':'@','service':'@','level':'@','id':'@','metadata_':{'@':'@'},'@':1}"
                .replace('\'', '"')
                .replace("@", name));

    assertEquals(text, record.app());
    assertEquals(text, record.message());
    assertEquals(text, record.service());
    assertEquals(text, record.sourceId());
    assertEquals(text, Decoding.tree(record.metadata()).get(text).asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"app", "service", "id"})
  void shouldTakeNamesOf256CharactersAndNoMore(String field) {
    String limit = "\"" + field + "\":\"" + "é".repeat(256) + "\"";
    LogRecord record = acceptWith(limit);
    String taken =
        switch (field) {
          case "app" -> record.app();
          case "service" -> record.service();
          default -> record.sourceId();
        };

    assertEquals("é".repeat(256), taken);
    for (int length : new int[] {257, 1_000, 100_000}) {
      assertEquals(
          field + " has " + length + " characters, at most 256 are kept",
          refuseWith("\"" + field + "\":\"" + "x".repeat(length) + "\""));
    }
  }

  @Test
  void shouldHoldTheSameLimitForDefaults() {
    Defaults tooLong = new Defaults("x".repeat(257), null, null);

    assertEquals(
        "app has 257 characters, at most 256 are kept",
        refuse("{\"message\":\"m\"}".getBytes(StandardCharsets.UTF_8), tooLong));
  }

  @Test
  void shouldTakeAnEmptyServiceOrIdAsNone() {
    LogRecord record = acceptWith("\"service\":\"\",\"id\":\"\"");

    assertNull(record.service());
    assertNull(record.sourceId());
    assertNull(record.dedupeKey());
  }

  @Test
  void shouldRecogniseRepeatsByOwnIdBeforeTheRequestsKey() {
    JsonRecordDecoder decoder = new JsonRecordDecoder(new TimeWindow(0, 2));
    UUID requestKey = new UUID(1, 2);
    String[] ids = {"\"id\":7,", "\"id\":\"\",", "\"id\":null,", ""};
    UUID[] expected = {DedupeKeys.ofSourceId("a", "7"), requestKey, requestKey, requestKey};
    for (int i = 0; i < ids.length; i++) {
      byte[] json =
          ("{" + ids[i] + "\"app\":\"a\",\"msg\":\"m\"}").getBytes(StandardCharsets.UTF_8);
      Decoded decoded =
          decoder.decode(
              json, 0, json.length, Defaults.NONE, new DerivedStamps("x", RECEIVED), requestKey);

      assertEquals(expected[i], ((Decoded.Accepted) decoded).record().dedupeKey(), ids[i]);
    }
  }

  @Test
  void shouldUnderstandEscapedFieldNames() {
    LogRecord record = accept("{\"\\u0061pp\":\"a\",\"mess\\u0061ge\":\"m\",\"App\":\"b\"}");

    assertEquals("a", record.app());
    assertEquals("m", record.message());
    assertEquals("{\"App\":\"b\"}", record.metadata());
  }
}
