package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TemporaryFolders;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records as they should not be. Each comes between two good ones, which must be stored; the bad
 * one becomes a dead letter as it was sent.
 */
class BadInputIT {
  private static final int MAX_RECORD_BYTES = 65_536;
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private static Path folder = Path.of("");
  private static RunningLogagg logagg;
  private static Api api;
  private String app = "";

  @BeforeAll
  static void start() throws IOException {
    TestServers servers = TestServers.reset();
    folder = Files.createTempDirectory("logagg-bad-input");
    logagg =
        RunningLogagg.start(
            folder,
            Map.of(
                "DATABASE_URL", servers.postgresUrl(),
                "REDIS_URL", servers.redisUrl(),
                "LOGAGG_HTTP_MAX_RECORD_BYTES", Integer.toString(MAX_RECORD_BYTES)));
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
    TemporaryFolders.delete(folder);
  }

  @BeforeEach
  void forgetDeadLetters() {
    app = "bad-" + COUNTER.incrementAndGet();
    Api.expect(200, logagg.delete("/api/v1/dlq"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String good(String message) {
    return Api.record(app, message);
  }

  /** Sends it between good ones, as a line and as an element, and expects it to be refused. */
  private List<JsonNode> refused(String record, String reason) {
    JsonNode line = api.ingestLines(List.of(good("1"), record, good("2")));
    String array = "[" + good("3") + "," + record + "," + good("4") + "]";
    JsonNode element = Api.expect(202, api.ingest(Api.JSON, utf8(array)));
    for (JsonNode answer : List.of(line, element)) {
      assertEquals(2, answer.path("enqueued").intValue(), answer.toString());
      assertEquals(1, answer.path("rejected").intValue(), answer.toString());
      assertEquals(2, answer.path("errors").path(0).path("line").intValue());
      String error = answer.path("errors").path(0).path("error").asText();
      assertTrue(error.contains(reason), error);
    }
    api.awaitMessages(app, List.of("1", "2", "3", "4"));
    return api.awaitDeadLetters(List.of(record, record));
  }

  /** Sends it between good ones and expects it to be stored; what is stored. */
  private JsonNode taken(String record) {
    assertEquals(
        3, api.ingestLines(List.of(good("1"), record, good("2"))).path("enqueued").intValue());
    api.awaitTotal("?app=" + Api.encode(app), 3);
    assertEquals(List.of(), api.deadLetters());
    List<JsonNode> others =
        api.pages("/api/v1/logs?app=" + app).stream()
            .filter(row -> !List.of("1", "2").contains(row.path("message").asText()))
            .toList();
    assertEquals(1, others.size());
    return others.get(0);
  }

  private String withFields(String fields) {
    return "{\"app\":\"%s\",\"message\":\"it\",%s}".formatted(app, fields);
  }

  @Test
  void linesWithMarkBlanksAndCarriageReturnsAreTaken() {
    String body =
        "\uFEFF" + good("1") + "\r\n\r\n   \r\n" + "oops\r\n" + good("2") + "\n\n{\n" + good("3");
    JsonNode answer = Api.expect(202, api.ingest(Api.NDJSON, utf8(body)));
    assertEquals(3, answer.path("enqueued").intValue());
    assertEquals(List.of("4", "7"), Api.texts(answer.path("errors"), "line"));
    api.awaitMessages(app, List.of("1", "2", "3"));
    api.awaitDeadLetters(List.of("oops", "{"));
  }

  @Test
  void onlyTheFirstTwentyErrorsAreTold() {
    List<String> lines = new ArrayList<>(List.of(good("1")));
    List<String> bad = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      bad.add("bad line " + i);
    }
    lines.addAll(bad);
    JsonNode answer = api.ingestLines(lines);
    assertEquals(250, answer.path("rejected").intValue());
    assertEquals(20, answer.path("errors").size());
    api.awaitMessages(app, List.of("1"));
    api.awaitDeadLetters(bad);
  }

  @Test
  void ofNothingButBadRecordsTheAnswerIs400AndTheyAreDeadLetters() {
    JsonNode problem = Api.problem(400, api.ingest(Api.NDJSON, utf8("nonsense\n{}\n")));
    assertEquals(2, problem.path("rejected").intValue());
    assertEquals(2, problem.path("errors").size());
    api.awaitDeadLetters(List.of("nonsense", "{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {Api.JSON, Api.NDJSON})
  void ofARecordOverTheLimitTheStartIsADeadLetter(String type) {
    String fits = fill(MAX_RECORD_BYTES);
    String tooLong = fill(MAX_RECORD_BYTES + 1);
    String body =
        type.equals(Api.JSON)
            ? "[" + String.join(",", good("1"), tooLong, fits, good("2")) + "]"
            : String.join("\n", good("1"), tooLong, fits, good("2"));
    JsonNode answer = Api.expect(202, api.ingest(type, utf8(body)));
    assertEquals(3, answer.path("enqueued").intValue());
    JsonNode letter = api.awaitDeadLetters(List.of(tooLong.substring(0, MAX_RECORD_BYTES))).get(0);
    assertTrue(letter.path("reason").asText().contains("http.maxRecordBytes"));
    api.awaitMessages(app, List.of("1", "2", Api.parse(fits).path("message").asText()));
  }

  /** A record of so many bytes. */
  private String fill(int bytes) {
    int rest = bytes - good("").length();
    return good("x".repeat(rest));
  }

  @Test
  void bytesThatAreNoUtf8AreReplacedInARecordAndKeptInADeadLetter() {
    byte[] line = utf8(good("a?b") + "\n" + good("2") + "\n?not json?\n");
    for (int i = 0; i < line.length; i++) {
      line[i] = line[i] == '?' ? (byte) 0xFE : line[i];
    }
    assertEquals(2, Api.expect(202, api.ingest(Api.NDJSON, line)).path("enqueued").intValue());
    api.awaitMessages(app, List.of("a\uFFFDb", "2"));
    byte[] sent = utf8("?not json?");
    sent[0] = (byte) 0xFE;
    sent[sent.length - 1] = (byte) 0xFE;
    String payload = Base64.getEncoder().encodeToString(sent);
    JsonNode letter = api.awaitDeadLetters(List.of(payload)).get(0);
    assertEquals("base64", letter.path("payload_encoding").asText());
  }

  @Test
  void escapedNulCharactersAreReplaced() {
    JsonNode row =
        taken(
            withFields(
                "\"service\":\"s\\u0000\",\"id\":\"i\\u0000\",\"level\":\"l\\u0000\",\"k\\u0000\":\"v\\u0000\",\"metadata_\":{\"m\\u0000\":[\"n\\u0000\"]}"));
    assertEquals("s\uFFFD", row.path("service").asText());
    assertEquals("i\uFFFD", row.path("source_id").asText());
    assertEquals("L\uFFFD", row.path("level").asText());
    assertEquals(
        Api.parse("{\"k\uFFFD\":\"v\uFFFD\",\"m\uFFFD\":[\"n\uFFFD\"]}"), row.path("metadata_"));
  }

  @Test
  void aNulCharacterInTheMessageIsReplaced() {
    JsonNode row = taken("{\"app\":\"" + app + "\",\"message\":\"a\\u0000b\"}");
    assertEquals("a\uFFFDb", row.path("message").asText());
  }

  @Test
  void aBareNulCharacterIsADeadLetter() {
    refused("{\"app\":\"" + app + "\",\"message\":\"a\u0000b\"}", "not valid JSON");
  }

  @Test
  void loneSurrogatesAreReplaced() {
    JsonNode row =
        taken(
            "{\"app\":\"%s\",\"message\":\"\\ud800\",\"service\":\"\\udc00s\",\"k\":\"\\udfff\",\"pair\":\"\\ud83d\\ude00\"}"
                .formatted(app));
    assertEquals("\uFFFD", row.path("message").asText());
    assertEquals("\uFFFDs", row.path("service").asText());
    assertEquals(Api.parse("{\"k\":\"\uFFFD\",\"pair\":\"\uD83D\uDE00\"}"), row.path("metadata_"));
  }

  @Test
  void aLoneSurrogateInANameIsADeadLetter() {
    refused(withFields("\"\\ud800k\":1"), "surrogate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999",
        "-1e999",
        "1e-999",
        "1e99999",
        "1e2147483648",
        "123456789012345678901234567890",
        "-0"
      })
  void hugeNumbersAreTaken(String number) {
    JsonNode row =
        taken(withFields("\"n\":%s,\"metadata_\":{\"m\":[%s]}".formatted(number, number)));
    assertTrue(row.path("metadata_").has("n"), row.toString());
    assertEquals(1, row.path("metadata_").path("m").size(), row.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "01", "+1", "0x1", "1e", "Infinity", "'a'", "{a:1}", "tru"})
  void whatIsNoJsonIsADeadLetter(String value) {
    refused(withFields("\"n\":" + value), "not valid JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void tenThousandLevelsOfNestingAreADeadLetter(String opening) {
    String closing = opening.startsWith("[") ? "]" : "}";
    String deep = opening.repeat(10_000) + "1" + closing.repeat(10_000);
    refused(withFields("\"metadata_\":{\"d\":" + deep + "}"), "nesting depth");
  }

  @Test
  void ofDuplicateKeysTheLastOneCounts() {
    JsonNode row = taken(withFields("\"message\":\"last\",\"k\":1,\"k\":2"));
    assertEquals("last", row.path("message").asText());
    assertEquals(Api.parse("{\"k\":2}"), row.path("metadata_"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"text\"", "1", "[]", "[{}]", "true"})
  void metadataThatIsNoObjectIsADeadLetter(String value) {
    refused(withFields("\"metadata_\":" + value), "metadata_ must be an object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"app\":[]}", "[1]", "\"text\"", "null", "12", "{\"message\":\"no app\"}"})
  void whatIsNoRecordIsADeadLetter(String value) {
    refused(value, "");
  }

  /** Each instant as RFC 3339 and as an epoch number in every unit. */
  private static List<String> everyUnit(Instant time) {
    String seconds = Long.toString(time.getEpochSecond());
    return List.of(
        "\"" + time + "\"", seconds, seconds + "000", seconds + "000000", seconds + "000000000");
  }

  static Stream<String> timesTaken() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return Stream.of(
            Instant.parse("0001-01-01T00:00:00Z"),
            Instant.parse("1965-12-31T00:00:00Z"),
            Instant.parse("2005-06-03T15:42:50Z"),
            now.plus(Duration.ofDays(1)))
        .flatMap(time -> everyUnit(time).stream().map(written -> written + "|" + time));
  }

  @ParameterizedTest
  @MethodSource("timesTaken")
  void timesAreReadInEveryUnit(String writtenAndMeant) {
    int bar = writtenAndMeant.indexOf('|');
    String written = writtenAndMeant.substring(0, bar);
    String meant = writtenAndMeant.substring(bar + 1);
    JsonNode row = taken(withFields("\"timestamp\":" + written));
    assertEquals(meant, row.path("timestamp").asText());
  }

  static Stream<String> timesRefused() {
    return Stream.of(
            Instant.parse("4000-12-31T23:59:59Z"),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(7)))
        .flatMap(time -> everyUnit(time).stream());
  }

  @ParameterizedTest
  @MethodSource("timesRefused")
  void timesTooFarAheadAreDeadLetters(String written) {
    refused(withFields("\"timestamp\":" + written), "timestamp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"9999-12-31T23:59:59Z\"",
        "\"yesterday\"",
        "\"2017-02-30T00:00:00Z\"",
        "true",
        "1e99",
        "{}",
        "\"\""
      })
  void timesOutOfBoundsOrUnreadableAreDeadLetters(String written) {
    refused(withFields("\"timestamp\":" + written), "timestamp");
  }

  @Test
  void aLongLevelIsCut() {
    JsonNode row = taken(withFields("\"level\":\"" + "x".repeat(300) + "\""));
    assertEquals("X".repeat(32), row.path("level").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "it's \"quoted\"",
        "a/b/../c",
        "%2e&?#=+",
        "\u00E4\u6F22\uD83D\uDE00",
        "a\tb",
        "*",
        "a\\b"
      })
  void anAppMayHaveAnyName(String name) {
    String unique = COUNTER.incrementAndGet() + name;
    assertEquals(1, api.ingestLines(List.of(Api.record(unique, "m"))).path("enqueued").intValue());
    api.awaitMessages(unique, List.of("m"));
    assertEquals(
        unique, api.array("/api/v1/logs?app=" + Api.encode(unique)).get(0).path("app").asText());
    byte[] line = utf8("{\"message\":\"by query\"}");
    HttpResponse<String> answer =
        api.send("POST", "/api/v1/ingest?app=" + Api.encode(unique), Api.NDJSON, line);
    assertEquals(202, answer.statusCode());
    api.awaitMessages(unique, List.of("by query", "m"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"app", "service", "id"})
  void aNameOfAThousandCharactersIsADeadLetter(String field) {
    String others = field.equals("app") ? "" : "\"app\":\"" + app + "\",";
    refused(
        "{%s\"message\":\"m\",\"%s\":\"%s\"}".formatted(others, field, "n".repeat(1000)),
        field + " has 1000 characters");
  }
}
