package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.logagg.protocol.redact.BuiltinRule;
import io.logagg.protocol.redact.Redaction;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.LogRecord;
import io.logagg.record.TimeWindow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What configured rules make of records, on both ways of reading. */
final class RecordRulesTest {
  private static final Redaction ALL = redaction();

  static Redaction redaction(String... fields) {
    return new Redaction(
        Stream.of(BuiltinRule.values()).map(BuiltinRule::rule).toList(), List.of(fields));
  }

  private static List<FieldPath> paths(String... names) {
    return Stream.of(names).map(FieldPath::of).toList();
  }

  private static RecordRules mapping(FieldNames names) {
    return new RecordRules(names, Defaults.NONE, Map.of(), List.of(), Redaction.NONE);
  }

  private static RecordRules redacting(Redaction redaction) {
    return new RecordRules(FieldNames.NONE, Defaults.NONE, Map.of(), List.of(), redaction);
  }

  private static Decoded decode(RecordRules rules, String json, Defaults defaults) {
    JsonRecordDecoder decoder = new JsonRecordDecoder(new TimeWindow(0, 2), rules);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    DerivedStamps stamps = new DerivedStamps("test", Decoding.RECEIVED);
    Decoded quickly = decoder.decode(bytes, 0, bytes.length, defaults, stamps, null);
    stamps = new DerivedStamps("test", Decoding.RECEIVED);
    assertEquals(
        decoder.decodeAny(bytes, 0, bytes.length, defaults, stamps, null), quickly, "both ways");
    return quickly;
  }

  private static LogRecord accept(RecordRules rules, String json) {
    return assertInstanceOf(Decoded.Accepted.class, decode(rules, json, Defaults.NONE)).record();
  }

  private static void assertMetadata(String expected, LogRecord record) {
    assertEquals(Decoding.tree(expected), Decoding.tree(record.metadata()));
  }

  private static final RecordRules NAMES =
      mapping(
          new FieldNames(
              paths("text", "event.original"),
              paths("when"),
              paths("prio"),
              paths("team.app", "service"),
              paths("unit")));

  @Test
  void shouldLookUnderTheConfiguredNames() {
    LogRecord record =
        accept(
            NAMES,
            """
            {"text":"m","when":"2026-02-01T00:00:00Z","prio":"warn","team":{"app":"a","x":1},"unit":"u"}""");
    assertEquals("m", record.message());
    assertEquals(Decoding.micros("2026-02-01T00:00:00Z"), record.timestampMicros());
    assertEquals("WARN", record.level());
    assertEquals("a", record.app());
    assertEquals("u", record.service());
    assertMetadata("{\"team\":{\"x\":1}}", record);
  }

  @Test
  void shouldFindNamesFlatAndWithinObjectsAndWithinMetadata() {
    for (String json :
        new String[] {
          "{\"app\":\"a\",\"event.original\":\"m\"}",
          "{\"app\":\"a\",\"event\":{\"original\":\"m\"}}",
          "{\"app\":\"a\",\"metadata_\":{\"event.original\":\"m\"}}",
          "{\"app\":\"a\",\"metadata_\":{\"event\":{\"original\":\"m\"}}}",
          "{\"app\":\"a\",\"metadata\":{\"event\":{\"original\":\"m\"}}}",
          "{\"app\":\"a\",\"metadata_\":{ \"event\" : {\"original\" : \"m\" } }}",
        }) {
      LogRecord record = accept(NAMES, json);
      assertEquals("m", record.message(), json);
      assertMetadata("{}", record);
    }
  }

  @Test
  void shouldPreferExactThenConfiguredThenUsualNames() {
    LogRecord exact =
        accept(NAMES, "{\"app\":\"a\",\"msg\":\"2\",\"text\":\"1\",\"message\":\"0\"}");
    assertEquals("0", exact.message());
    assertMetadata("{\"msg\":\"2\",\"text\":\"1\"}", exact);
    LogRecord configured = accept(NAMES, "{\"app\":\"a\",\"msg\":\"2\",\"text\":\"1\"}");
    assertEquals("1", configured.message());
    assertMetadata("{\"msg\":\"2\"}", configured);
    assertEquals("2", accept(NAMES, "{\"app\":\"a\",\"msg\":\"2\",\"text\":{}}").message());
  }

  @Test
  void shouldPassOverWhatDoesNotFit() {
    LogRecord record =
        accept(
            NAMES,
            """
            {"message":"m","team.app":"%s","service":"s","when":"soon","ts":"2026-02-01T00:00:00Z"}"""
                .formatted("x".repeat(257)));
    assertEquals("s", record.app());
    assertEquals("s", record.service());
    assertEquals(Decoding.micros("2026-02-01T00:00:00Z"), record.timestampMicros());
    assertMetadata("{\"when\":\"soon\",\"team.app\":\"" + "x".repeat(257) + "\"}", record);
  }

  @Test
  void shouldPreferTheRecordsOwnNamesToTheRequests() {
    Defaults defaults = new Defaults("d", "ds", "ERROR");
    String json = "{\"message\":\"m\",\"team\":{\"app\":\"a\"},\"unit\":\"u\",\"prio\":7}";
    LogRecord record =
        assertInstanceOf(Decoded.Accepted.class, decode(NAMES, json, defaults)).record();
    assertEquals("a u DEBUG", record.app() + " " + record.service() + " " + record.level());
  }

  @Test
  void shouldAddConstantsWhereThereIsNothing() {
    RecordRules rules =
        new RecordRules(
            FieldNames.NONE,
            new Defaults("ca", "cs", "NOTICE"),
            Map.of("env", "prod \"1\""),
            List.of(),
            Redaction.NONE);
    LogRecord bare = accept(rules, "{\"message\":\"m\"}");
    assertEquals("ca cs NOTICE", bare.app() + " " + bare.service() + " " + bare.level());
    assertMetadata("{\"env\":\"prod \\\"1\\\"\"}", bare);
    LogRecord full =
        accept(
            rules,
            """
            {"message":"m","app":"a","logger":"l","level":"WARN","metadata_":{"env":"test","x":1}}""");
    assertEquals("a l WARN", full.app() + " " + full.service() + " " + full.level());
    assertMetadata("{\"env\":\"test\",\"x\":1}", full);
    Decoded asked = decode(rules, "{\"message\":\"m\"}", new Defaults("d", null, null));
    assertEquals("d", assertInstanceOf(Decoded.Accepted.class, asked).record().app());
  }

  @Test
  void shouldDropFields() {
    RecordRules rules =
        new RecordRules(
            FieldNames.NONE,
            Defaults.NONE,
            Map.of(),
            paths("beat", "agent.version", "metadata_.deep.er.x"),
            Redaction.NONE);
    LogRecord record =
        accept(
            rules,
            """
            {"message":"m","app":"a","beat":{"a":"}"},"agent":{"version":"1","name":"n"},"agent.version":2,
             "keep":"beat","metadata_":{"deep":{"er":{"x":[1,{"y":"]"}]}},"beat":1,"list":[{"beat":1}]}}""");
    assertMetadata(
        """
        {"agent":{"version":"1","name":"n"},"keep":"beat","list":[{"beat":1}]}"""
            .replace("\"version\":\"1\",", "\"version\":\"1\","),
        record);
  }

  @Test
  void shouldRedactMessagesAndStringsAsTheyRead() {
    LogRecord record =
        accept(
            redacting(ALL),
            """
            {"message":"from ann\\u0040example.com","app":"a@b.io","service":"c@d.io","id":"e@f.io",
             "x":"https:\\/\\/u:pw@host","ann@example.com":4111111111111111,"n":"ann",
             "metadata_":{"l":["5500-0000-0000-0004",{"\\"":"\\"ann@example.com\\\\"}],"k":"größe"}}""");
    assertEquals("from [redacted:email]", record.message());
    assertEquals(
        "a@b.io c@d.io e@f.io", record.app() + " " + record.service() + " " + record.sourceId());
    assertMetadata(
        """
        {"x":"https://u:[redacted:url_password]@host","ann@example.com":4111111111111111,"n":"ann",
         "l":["[redacted:credit_card]",{"\\"":"\\"[redacted:email]\\\\"}],"k":"größe"}""",
        record);
  }

  @Test
  void shouldReplaceFieldsWholeAtAnyDepth() {
    LogRecord record =
        accept(
            redacting(redaction("password", "user.name", "list.b")),
            """
            {"message":"m","app":"a","password":{"a":[1]},"x":[{"Password":12},{"user":{"name":"n","id":1}}],
             "user.name":null,"name":"kept","list":[{"a":1},{"b":2}],"metadata_":{"deep":{"user":{"name":true}},"b.password":"x"}}""");
    String gone = "\"[redacted:field]\"";
    assertMetadata(
        """
        {"password":*,"x":[{"Password":*},{"user":{"name":*,"id":1}}],"user.name":*,"name":"kept","list":[{"a":1},{"b":*}],
         "deep":{"user":{"name":*}},"b.password":*}"""
            .replace("*", gone),
        record);
  }

  @Test
  void shouldReplaceTextsWhoseNameTellsThatTheyAreSecrets() {
    String json =
        """
        {"message":"m","app":"a","token":"a b","API-Key":"c\\"d","x":{"x-api-key":"e","authorization":"Bearer f"},
         "list":[{"Password":"g","passwd":1,"pwd":null}],"client_secret":"","tokens":"h","pass\\u0077ord":"i j",
         "metadata_":{"secret":"k","password":{"pwd":"l","a":"m"}}}""";
    assertMetadata(
        """
        {"token":*,"API-Key":*,"x":{"x-api-key":*,"authorization":*},
         "list":[{"Password":*,"passwd":1,"pwd":null}],"client_secret":"","tokens":"h","password":{"pwd":*,"a":"m"},
         "secret":*}"""
            .replace("*", "\"[redacted:bearer]\""),
        accept(redacting(ALL), json));
    Redaction bearer = new Redaction(List.of(BuiltinRule.BEARER.rule()), List.of("secret"));
    assertMetadata(
        "{\"secret\":\"[redacted:field]\",\"token\":\"[redacted:bearer]\"}",
        accept(
            redacting(bearer),
            "{\"message\":\"m\",\"app\":\"a\",\"secret\":\"s\",\"token\":\"t\"}"));
    // Once each way of reading.
    assertEquals(2, bearer.counts().get("bearer").getAsLong());
    Redaction email = new Redaction(List.of(BuiltinRule.EMAIL.rule()), List.of());
    assertMetadata(
        "{\"token\":\"a b\"}",
        accept(redacting(email), "{\"message\":\"m\",\"app\":\"a\",\"token\":\"a b\"}"));
  }

  @Test
  void shouldNotTakeAMessageFromAFieldThatIsNotKept() {
    RecordRules rules =
        new RecordRules(
            new FieldNames(paths("secret.text"), List.of(), List.of(), List.of(), List.of()),
            Defaults.NONE,
            Map.of(),
            List.of(),
            redaction("text", "msg", "service.name"));
    assertEquals(
        "[redacted:field]",
        accept(rules, "{\"app\":\"a\",\"secret\":{\"text\":\"hunter2\"}}").message());
    assertEquals(
        "[redacted:field]", accept(rules, "{\"app\":\"a\",\"msg\":\"hunter2\"}").message());
    LogRecord record =
        accept(rules, "{\"app\":\"a\",\"message\":\"m\",\"service\":{\"name\":\"hunter2\"}}");
    assertFalse(record.toString().contains("hunter2"), record::toString);
  }

  @Test
  void shouldNotQuoteSecretsInReasons() {
    for (String json :
        new String[] {
          "{\"app\":\"a\",\"message\":\"m\",\"timestamp\":\"4111111111111111\"}",
          "{\"app\":\"a\",\"message\":\"m\",\"timestamp\":\"%s 4111111111111111\"}"
              .formatted("x".repeat(55)),
          "{\"app\":\"a\",\"message\":\"m\",\"timestamp\":\"http://u:4111111111111111@h\"}",
          "{\"app\":\"a\",\"message\":4111111111111111x}",
          "{\"app\":\"a\",\"password\":hunter4111}",
        }) {
      Decoded decoded = decode(redacting(ALL), json, Defaults.NONE);
      String reason = assertInstanceOf(Decoded.Refused.class, decoded).reason();
      assertFalse(reason.contains("4111"), reason);
    }
  }

  @Test
  void shouldApplyToRecordsThatWereMadeHere() {
    RecordRules rules =
        new RecordRules(
            FieldNames.NONE,
            Defaults.NONE,
            Map.of("env", "prod"),
            paths("thread"),
            redaction("secret"));
    LogRecord record =
        rules.apply(
            Decoding.acceptWith(
                "\"metadata_\":{\"thread\":\"t\",\"secret\":1,\"stack\":\"x ann@example.com\"}"));
    assertMetadata(
        """
        {"secret":"[redacted:field]","stack":"x [redacted:email]","env":"prod"}""",
        record);
  }
}
