package io.logagg.protocol.loki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.UnknownFieldSet;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.RecordingSink;
import io.logagg.protocol.Translated;
import io.logagg.protocol.WholeBody;
import io.logagg.protocol.loki.LabelText.BadLabelsException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushes in both encodings. */
final class LokiTest {
  private static final WholeBody.Opening PROTOBUF =
      (bytes, size) -> new LokiProtobuf(bytes, size, 1 << 20);
  private static final WholeBody.Opening JSON = (bytes, size) -> new LokiJson(bytes, size, 1 << 20);

  private static final String EXPECTED =
      """
      {"app":"shop","service":"checkout","level":"warn","message":"stock is \\"low\\"",
       "timestamp":1764331200000000007,
       "metadata_":{"host":"web-1","level":"info","order":"1042","host_extracted":"other"}}""";

  private static Translated json(String json) {
    return Translated.of(JSON, json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldKeepAllOfAnEntryInProtobuf() {
    byte[] body =
        LokiBodies.request(
            LokiBodies.stream(
                "{app=\"shop\", service_name=\"checkout\", level=\"info\", host=`web-1`}",
                List.of(
                    LokiBodies.entry(
                        1_764_331_200,
                        7,
                        "stock is \"low\"",
                        "order",
                        "1042",
                        "level",
                        "warn",
                        "host",
                        "other"))));
    assertEquals(Translated.tree(EXPECTED), Translated.of(PROTOBUF, body).only());
    assertEquals(Translated.tree(EXPECTED), Translated.of(PROTOBUF, body, 1).only());
  }

  /** Else a small body would fill the heap before anybody waits. */
  @Test
  void shouldHandOnFewEntriesAtATimeWhereLabelsAreLarge() throws FramingException {
    String label = "x".repeat(WholeBody.PART_BYTES / 4);
    String entries = "[\"1764331200000000007\",\"m\"],".repeat(99) + "[\"1\",\"m\"]";
    String push =
        "{\"streams\":[{\"stream\":{\"a\":\"%s\"},\"values\":[%s]}]}".formatted(label, entries);
    byte[] body = push.getBytes(StandardCharsets.UTF_8);
    byte[] binary =
        LokiBodies.request(
            LokiBodies.stream(
                "{a=\"" + label + "\"}",
                Collections.nCopies(100, LokiBodies.entry(1_764_331_200, 7, "m"))));
    assertTrue(mostAtATime(new LokiJson(body, body.length, 1 << 20)) <= 4);
    assertTrue(mostAtATime(new LokiProtobuf(binary, binary.length, 1 << 20)) <= 4);
  }

  private static int mostAtATime(WholeBody.Parser parser) throws FramingException {
    int most = 0;
    int all = 0;
    for (boolean last = false; !last; ) {
      RecordingSink part = new RecordingSink();
      last = parser.next(part);
      most = Math.max(most, part.slices().size());
      all += part.slices().size();
    }
    assertEquals(100, all);
    return most;
  }

  @Test
  void shouldKeepAllOfAnEntryInJson() {
    String json =
        """
        {"streams":[{"stream":{"app":"shop","service_name":"checkout","level":"info","host":"web-1"},
          "values":[["1764331200000000007","stock is \\"low\\"",
            {"order":"1042","level":"warn","host":"other"}]]}]}""";
    assertEquals(Translated.tree(EXPECTED), json(json).only());
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    assertEquals(Translated.tree(EXPECTED), Translated.of(JSON, bytes, 1).only());
  }

  @Test
  void shouldTakeJsonOfOldAndAnyOrder() {
    String json =
        """
        {"streams":[{"entries":[{"ts":"2025-11-28T12:00:00Z","line":"m"}],
          "labels":"{job=\\"varlogs\\"}"}]}""";
    assertEquals(
        Translated.tree(
            """
            {"app":"varlogs","timestamp":"2025-11-28T12:00:00Z","message":"m","metadata_":{}}"""),
        json(json).only());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=a,job=j|a|j",
        "app=a,service_name=s,job=j|a|s",
        "service_name=s,job=j|s|j",
        "service_name=s|s|",
        "job=j,component=c|j|c",
        "container=c,service=s|c|s",
        "host=h||"
      })
  void shouldNameAppAndService(String labels, String app, String service) {
    Map<String, String> byName =
        Arrays.stream(labels.split(","))
            .map(pair -> pair.split("="))
            .collect(java.util.stream.Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    LokiStream stream = LokiStream.of(byName);
    assertEquals(app, stream.app());
    assertEquals(service, stream.service());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"level\":\"warn\",\"msg\":\"m\"}|WARN",
        "{\"msg\":\"m\",\"severity\" : \"Error\"}|ERROR",
        "{\"level\":30,\"msg\":\"m\"}|30",
        "{\"level\":\"strange\"}|",
        "ts=1 level=debug msg=m|DEBUG",
        "level=\"info\"|INFO",
        "sublevel=debug|",
        "a line of level nothing|",
        "x=level=y|"
      })
  void shouldDetectALevelWhereNoneIsGiven(String line, String level) {
    assertEquals(level, LineLevel.of(line));
  }

  @Test
  void shouldPreferTheLevelThatIsGiven() {
    String body = "{\"streams\":[{\"stream\":{%s},\"values\":[[\"1\",\"level=debug\"]]}]}";
    assertEquals(
        "error", json(body.formatted("\"severity\":\"error\"")).only().path("level").asText());
    assertEquals(
        "DEBUG",
        json(body.formatted("\"detected_level\":\"unknown\"")).only().path("level").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{}|{}",
        " { a = \"b\" , c=\"d\", } |{a=b, c=d}",
        "{a=`x\\\"y`}|{a=x\\\"y}",
        "{\"k8s.pod\"=\"p\"}|{k8s.pod=p}",
        "{a=\"{,}\"}|{a={,}}"
      })
  void shouldReadLabels(String text, String labels) throws BadLabelsException {
    assertEquals(labels, LabelText.parse(text).toString());
  }

  @Test
  void shouldUndoTheEscapesOfGo() throws BadLabelsException {
    String text = "{a=\"x\\\"\\\\\\n\\t\\u00e9\\x41\\101\\U0001F600\"}";
    assertEquals(Map.of("a", "x\"\\\n\té" + "AA\uD83D\uDE00"), LabelText.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "{",
        "{a",
        "{a=",
        "{a=b}",
        "{a=\"b",
        "{a=\"b\"",
        "{a=\"b\" c=\"d\"}",
        "{=\"b\"}",
        "{a=\"\\q\"}",
        "{a=\"\\u12\"}",
        "{a=\"\\UFFFFFFFF\"}",
        "{a=\"\\",
        "{a=\"b\"}x"
      })
  void shouldTellBadLabelsAndKeepTheEntry(String text) {
    assertThrows(BadLabelsException.class, () -> LabelText.parse(text));
    JsonNode metadata =
        Translated.of(
                PROTOBUF,
                LokiBodies.request(
                    LokiBodies.stream(text, List.of(LokiBodies.entry(1_764_331_200, 0, "m")))))
            .only()
            .path("metadata_");
    assertEquals(text, metadata.path("labels").asText());
    assertTrue(metadata.path("labels_error").asText().startsWith("bad labels: "));
  }

  @ParameterizedTest
  @CsvSource({
    "'[\"1764331200000000000\"]','',1764331200000000000",
    "'[1764331200000000000,7]','7',1764331200000000000",
    "'[\"0\",\"m\"]',m,1970-01-01T00:00:00Z",
    "'[null,null]','',",
    "'[]','',",
    "'[\"soon\",\"m\",5]',m,soon"
  })
  void shouldTakeEntriesThatLackSomething(String entry, String message, String time) {
    JsonNode record = json("{\"streams\":[{\"values\":[" + entry + "]}]}").only();
    assertEquals(message, record.path("message").asText("missing"));
    assertEquals(time, record.path("timestamp").asText(null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"values\":[[\"1\",\"m\"],[null,\"n\"]]}|true",
        "{\"values\":[]},{\"values\":[[\"1764331200000000007\",\"m\"]]}|true",
        "{\"entries\":[{\"ts\":\"soon\",\"line\":\"m\"}]}|true",
        "{\"values\":[[null,\"m\"],[\"1\",\"n\"]]}|false",
        "{\"entries\":[{\"line\":\"m\"}]}|false",
        "{\"values\":[3,[\"1\",\"m\"]]}|false",
        "{\"values\":[]}|false",
        "{\"values\":[[|false",
      })
  void shouldTellWhetherTheFirstEntryTellsItsTime(String streams, boolean isTimed) {
    byte[] body = ("{\"streams\":[" + streams + "]}").getBytes(StandardCharsets.UTF_8);
    assertEquals(isTimed, JSON.isTimed(body, body.length));
  }

  @Test
  void shouldTellTheSameOfProtobuf() {
    byte[] timed = LokiBodies.protobuf("a", 2);
    assertTrue(PROTOBUF.isTimed(timed, timed.length));
    assertFalse(PROTOBUF.isTimed(timed, 3));
    byte[] untimed =
        LokiBodies.request(
            LokiBodies.stream(
                "{a=\"b\"}",
                List.of(
                    UnknownFieldSet.newBuilder().addField(2, LokiBodies.text("m")).build(),
                    LokiBodies.entry(1_764_331_200, 7, "n"))));
    assertFalse(PROTOBUF.isTimed(untimed, untimed.length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"streams\":{}}",
        "{\"streams\":[1]}",
        "{\"streams\":[{\"values\":1}]}",
        "{\"streams\":[",
        "{\"streams\":[]}x"
      })
  void shouldRefuseOtherBodies(String json) {
    assertFalse(json(json).fault().isEmpty());
  }

  @Test
  void shouldRefuseEveryBodyThatIsCutOff() {
    byte[] body = LokiBodies.protobuf("cut", 3);
    for (int length = 1; length < body.length; length++) {
      assertFalse(Translated.of(PROTOBUF, Arrays.copyOf(body, length)).fault().isEmpty());
    }
  }

  @Test
  void shouldHandOnALargeBodyInParts() {
    Translated done = Translated.of(PROTOBUF, LokiBodies.protobuf("big", 1700), 977);
    assertEquals(1700, done.records().size());
    assertTrue(done.parts().stream().allMatch(part -> part <= WholeBody.MAX_RECORDS));
    assertEquals("m1699", done.records().get(1699).path("message").asText());
  }
}
