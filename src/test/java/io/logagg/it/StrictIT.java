package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code strict=true} does: bad records are told, and are no dead letters. */
class StrictIT {
  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() {
    logagg = RunningLogagg.fresh();
    api = new Api(logagg);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private static HttpResponse<String> ingest(String query, String body, String... headers) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return api.send("POST", "/api/v1/ingest" + query, Api.NDJSON, bytes, headers);
  }

  /** Of all dead letters, once this one is there. */
  private static List<String> payloads(String awaited) {
    return Eventually.value(
        "the dead letter " + awaited,
        () -> Api.texts(api.deadLetters(), "payload"),
        all -> all.contains(awaited));
  }

  @Test
  void goodOnesAreTakenAndBadOnesOnlyTold() {
    String body = Api.record("some", "1") + "\nbad\n" + Api.record("some", "2");
    JsonNode answer = Api.expect(202, ingest("?strict=true", body));
    assertEquals(2, answer.path("enqueued").intValue());
    assertEquals(1, answer.path("rejected").intValue());
    assertEquals(2, answer.path("errors").path(0).path("line").intValue());
    // Comes later than the letter would have come.
    Api.expect(202, ingest("?strict=false", Api.record("marker", "m") + "\nmarker"));
    assertFalse(payloads("marker").contains("bad"));
    api.awaitMessages("some", List.of("1", "2"));
  }

  @Test
  void asManyBadOnesAreToldAsAreAskedFor() {
    String body = "bad\n".repeat(30) + Api.record("told", "1");
    assertEquals(20, Api.expect(202, ingest("?strict=true", body)).path("errors").size());
    JsonNode all = Api.expect(202, ingest("?strict=true&errors=2000", body));
    assertEquals(30, all.path("errors").size());
    assertEquals(30, all.path("errors").path(29).path("line").intValue());
    assertEquals(1, Api.expect(202, ingest("?errors=1", body)).path("errors").size());
    Api.problem(400, ingest("?errors=0", body));
    Api.problem(400, ingest("?errors=2001", body));
  }

  @Test
  void nothingUsableIsA400ThatClaimsNoDeadLetters() {
    JsonNode problem = Api.problem(400, ingest("?strict=true&app=none", "[]\n{}"));
    assertEquals("none of the records can be used", problem.path("detail").asText());
    assertEquals(2, problem.path("rejected").intValue());
    assertEquals(2, problem.path("errors").size());
    String usual = Api.problem(400, ingest("?app=none", "x")).path("detail").asText();
    assertEquals("none of the records can be used; they stand among the dead letters", usual);
    assertFalse(payloads("x").contains("{}"));
  }

  @Test
  void aRepeatUnderAKeyIsAnsweredAsTheFirstWas() {
    String body = Api.record("keyed", "1") + "\nbad";
    String[] key = {"Idempotency-Key", "strict"};
    String first = ingest("?strict=true", body, key).body();
    String again = ingest("?strict=true", body, key).body();
    assertEquals(first, again);
    assertEquals(1, Api.parse(first).path("rejected").intValue());
    api.awaitMessages("keyed", List.of("1"));
    Api.expect(202, ingest("", Api.record("marker", "m") + "\nlast"));
    assertFalse(payloads("last").contains("bad"));
  }

  @Test
  void anythingElseThanTrueOrFalseIsTold() {
    JsonNode problem = Api.problem(400, ingest("?strict=yes", Api.record("other", "1")));
    assertEquals("strict", problem.path("errors").path(0).path("field").asText());
  }
}
