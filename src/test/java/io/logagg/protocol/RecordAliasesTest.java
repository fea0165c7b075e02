package io.logagg.protocol;

import static io.logagg.protocol.Decoding.RECEIVED;
import static io.logagg.protocol.Decoding.accept;
import static io.logagg.protocol.Decoding.acceptWith;
import static io.logagg.protocol.Decoding.refuse;
import static io.logagg.protocol.Decoding.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.logagg.record.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The usual other names of fields. */
final class RecordAliasesTest {
  private static void assertMetadata(String expected, LogRecord record) {
    assertEquals(tree(expected), tree(record.metadata()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"msg", "log"})
  void shouldUnderstandOtherNamesOfMessage(String name) {
    LogRecord record = accept("{\"app\":\"a\",\"" + name + "\":\"it\\nis\"}");

    assertEquals("it\nis", record.message());
    assertEquals("{}", record.metadata());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ts", "time", "@timestamp"})
  void shouldUnderstandOtherNamesOfTimestamp(String name) {
    LogRecord text = acceptWith("\"" + name + "\":\"1970-01-01T00:00:01Z\"");
    LogRecord number = acceptWith("\"" + name + "\":1.5");

    assertEquals(1_000_000, text.timestampMicros());
    assertEquals("{}", text.metadata());
    assertEquals(1_500_000, number.timestampMicros());
    assertEquals("{}", number.metadata());
  }

  @ParameterizedTest
  @ValueSource(strings = {"severity", "lvl", "log.level"})
  void shouldUnderstandOtherNamesOfLevel(String name) {
    LogRecord text = acceptWith("\"" + name + "\":\"Warning\"");

    assertEquals("WARN", text.level());
    assertEquals("{}", text.metadata());
    assertEquals("FATAL", acceptWith("\"" + name + "\":60").level());
  }

  @ParameterizedTest
  @ValueSource(strings = {"logger", "component", "service.name"})
  void shouldUnderstandOtherNamesOfService(String name) {
    LogRecord record = acceptWith("\"" + name + "\":\"cart\"");

    assertEquals("cart", record.service());
    assertEquals("{}", record.metadata());
  }

  @Test
  void shouldUnderstandMetadataWithoutUnderscore() {
    LogRecord record = acceptWith("\"metadata\":{\"k\":1},\"x\":2");

    assertMetadata("{\"x\":2,\"k\":1}", record);
  }

  @Test
  void shouldKeepMetadataWithoutUnderscoreWhereItIsNoObjectOrNotNeeded() {
    assertMetadata("{\"metadata\":[1]}", acceptWith("\"metadata\":[1]"));
    assertMetadata("{\"metadata\":\"x\"}", acceptWith("\"metadata\":\"x\""));
    assertMetadata("{\"metadata\":null}", acceptWith("\"metadata\":null"));
    assertMetadata(
        "{\"metadata\":{\"k\":1},\"j\":2}",
        acceptWith("\"metadata\":{\"k\":1},\"metadata_\":{\"j\":2}"));
    assertMetadata("{\"k\":1}", acceptWith("\"metadata\":{\"k\":1},\"metadata_\":null"));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"log\":{\"level\":\"err\",\"x\":1}}', ERROR, ",
    "'{\"log\":{\"level\":20}}', DEBUG, ",
    "'{\"service\":{\"name\":\"cart\",\"v\":2}}', INFO, cart",
  })
  void shouldUnderstandDottedNamesNested(String fields, String level, String service) {
    LogRecord record = acceptWith(fields.substring(1, fields.length() - 1));

    assertEquals(level, record.level());
    assertEquals(service, record.service());
    assertMetadata(fields, record);
  }

  @Test
  void shouldPreferFlatToNested() {
    LogRecord record =
        acceptWith(
            "\"log\":{\"level\":\"debug\"},\"log.level\":\"error\","
                + "\"service\":{\"name\":\"n\"},\"service.name\":\"f\"");

    assertEquals("ERROR", record.level());
    assertEquals("f", record.service());
    assertMetadata("{\"log\":{\"level\":\"debug\"},\"service\":{\"name\":\"n\"}}", record);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"level\":null}",
        "{\"level\":{}}",
        "{\"level\":[7]}",
        "[]",
        "{\"level\":true}",
        "{\"x\":{\"level\":\"error\"}}",
        "7",
        "null",
        "true"
      })
  void shouldNotFindALevelInOtherShapesOfLog(String log) {
    LogRecord record = acceptWith("\"log\":" + log);

    assertEquals("INFO", record.level());
    assertMetadata("{\"log\":" + log + "}", record);
  }

  @Test
  void shouldTakeTheLastOfDuplicatesNested() {
    assertEquals("ERROR", acceptWith("\"log\":{\"level\":1,\"level\":\"error\"}").level());
    assertEquals(
        "x\u00E9", acceptWith("\"service\":{\"name\":1,\"n\\u0061me\":\"x\\u00e9\"}").service());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldPreferTheExactNameInAnyOrder(boolean exactFirst) {
    String exact =
        "\"message\":\"m\",\"level\":\"error\",\"timestamp\":5,\"service\":\"s\","
            + "\"metadata_\":{\"k\":1}";
    String others =
        "\"msg\":\"x\",\"log\":\"y\",\"ts\":1,\"time\":2,\"@timestamp\":3,\"severity\":1,\"lvl\":2,"
            + "\"log.level\":3,\"logger\":\"l\",\"component\":\"c\",\"service.name\":\"n\","
            + "\"metadata\":{\"k\":2}";
    LogRecord record =
        accept(
            "{\"app\":\"a\"," + (exactFirst ? exact + "," + others : others + "," + exact) + "}");

    assertEquals("m", record.message());
    assertEquals("ERROR", record.level());
    assertEquals(5_000_000, record.timestampMicros());
    assertEquals("s", record.service());
    assertMetadata("{" + others + ",\"k\":1}", record);
  }

  @Test
  void shouldUseOnlyOneAliasAndKeepTheRest() {
    LogRecord record =
        accept(
            """
            {"app":"a","log":"y","msg":"x","@timestamp":3,"time":2,"ts":1,"log.level":3,"lvl":2,
             "severity":1,"service.name":"n","component":"c","logger":"l"}""");

    assertEquals("x", record.message());
    assertEquals(1_000_000, record.timestampMicros());
    assertEquals("ALERT", record.level());
    assertEquals("l", record.service());
    assertMetadata(
        """
        {"log":"y","@timestamp":3,"time":2,"log.level":3,"lvl":2,"service.name":"n","component":"c"}
        """,
        record);
  }

  @Test
  void shouldUseAnAliasWhereTheExactNameIsNull() {
    LogRecord record =
        accept(
            "{\"app\":\"a\",\"message\":null,\"msg\":\"m\",\"level\":null,\"lvl\":\"error\","
                + "\"timestamp\":null,\"ts\":1,\"service\":null,\"logger\":\"l\"}");

    assertEquals("m", record.message());
    assertEquals("ERROR", record.level());
    assertEquals(1_000_000, record.timestampMicros());
    assertEquals("l", record.service());
    assertEquals("{}", record.metadata());
  }

  @Test
  void shouldPassOverAliasesThatHoldNoText() {
    LogRecord record =
        accept(
            "{\"app\":\"a\",\"msg\":{\"x\":1},\"log\":\"m\",\"severity\":null,\"lvl\":[1],"
                + "\"log.level\":\"error\",\"logger\":true,\"component\":\"c\"}");

    assertEquals("m", record.message());
    assertEquals("ERROR", record.level());
    assertEquals("c", record.service());
    assertMetadata("{\"msg\":{\"x\":1},\"severity\":null,\"lvl\":[1],\"logger\":true}", record);
  }

  @Test
  void shouldTakeLogAsMessageOnlyIfItIsAString() {
    assertEquals("message is missing", refuse("{\"app\":\"a\",\"log\":5}"));
    assertEquals("message is missing", refuse("{\"app\":\"a\",\"log\":{\"message\":\"m\"}}"));
    assertEquals("message is missing", refuse("{\"app\":\"a\",\"log\":null}"));
    assertEquals("message is missing", refuse("{\"app\":\"a\",\"msg\":null}"));
  }

  @Test
  void shouldNotCutANumberThatStandsForTheMessage() {
    String digits = "1234567890".repeat(20);

    assertEquals(digits, accept("{\"app\":\"a\",\"msg\":" + digits + "}").message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"5 minutes ago\"", "\"\"", "{\"x\":1}", "[1]", "true", "1e99", "null"})
  void shouldKeepAnAliasTimeThatCannotBeRead(String value) {
    LogRecord record = acceptWith("\"ts\":" + value);

    assertEquals(RECEIVED, record.timestampMicros());
    assertMetadata("{\"ts\":" + value + "}", record);
  }

  @Test
  void shouldUseTheNextAliasWhereATimeCannotBeRead() {
    LogRecord record = acceptWith("\"ts\":\"soon\",\"time\":7");

    assertEquals(7_000_000, record.timestampMicros());
    assertMetadata("{\"ts\":\"soon\"}", record);
  }

  @Test
  void shouldKeepAnAliasServiceThatIsTooLong() {
    String limit = "x".repeat(256);
    String tooLong = "x".repeat(257);

    assertEquals(limit, acceptWith("\"logger\":\"" + limit + "\"").service());
    LogRecord flat = acceptWith("\"logger\":\"" + tooLong + "\",\"component\":\"c\"");
    assertEquals("c", flat.service());
    assertMetadata("{\"logger\":\"" + tooLong + "\"}", flat);
    LogRecord nested = acceptWith("\"service\":{\"name\":\"" + tooLong + "\"}");
    assertNull(nested.service());
    assertMetadata("{\"service\":{\"name\":\"" + tooLong + "\"}}", nested);
  }

  @Test
  void shouldTakeTheLastOfDuplicateAliases() {
    LogRecord record =
        accept("{\"app\":\"a\",\"msg\":\"x\",\"msg\":\"m\",\"lvl\":\"error\",\"lvl\":null}");

    assertEquals("m", record.message());
    assertEquals("INFO", record.level());
    assertMetadata("{\"lvl\":null}", record);
  }

  @Test
  void shouldLeaveAnAliasWithinMetadataAlone() {
    LogRecord record = acceptWith("\"lvl\":\"error\",\"metadata_\":{\"lvl\":1,\"msg\":\"x\"}");

    assertEquals("ERROR", record.level());
    assertMetadata("{\"lvl\":1,\"msg\":\"x\"}", record);
  }
}
