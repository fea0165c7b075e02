package io.logagg.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BodiesTest {
  private static final long NOW = 1_800_000_000_000_000L;
  private static final Bodies BODIES = new Bodies("https://logs.example/");

  private static Notice notice(String label, boolean firing) {
    return new Notice(
        label,
        Map.of("alertname", "n", "app", label),
        Map.of("summary", "look"),
        12,
        NOW - 60_000_000,
        firing ? null : (Long) NOW);
  }

  private static Notification notification(List<Notice> notices) {
    AlertRule rule = TestRules.rule("{'name':'a<b','q':'level:ERROR','threshold':10}");
    return Notification.of(7, rule, NOW, notices, 3);
  }

  private static JsonNode body(Receiver.Kind kind, Notification notification) {
    return parse(BODIES.of(kind, notification, NOW));
  }

  private static JsonNode parse(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldBeKeptAsItIs() {
    Notification notification = notification(List.of(notice("shop", true), notice("bank", false)));
    assertEquals(notification, Notification.of(notification.toJson()));
  }

  @Test
  void shouldEscapeForSlackWhatIsItsControl() {
    JsonNode body =
        body(
            Receiver.Kind.SLACK,
            notification(List.of(notice("<!channel> & <http://evil|x>\n*FIRING*", true))));
    assertEquals(List.of("text"), names(body));
    String text = body.path("text").asText();
    assertTrue(text.startsWith("*FIRING* a&lt;b: records &gt; 10 in 5m, level:ERROR\n"), text);
    assertTrue(
        text.contains("fires: &lt;!channel&gt; &amp; &lt;http://evil|x&gt; *FIRING* (12) look"),
        text);
    assertFalse(text.contains("<"), text);
    assertEquals(4, text.lines().count());
    assertTrue(text.endsWith("and 3 more\nhttps://logs.example/api/v1/alerts/7"), text);
  }

  private static List<String> names(JsonNode body) {
    List<String> names = new ArrayList<>();
    body.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void shouldBoundWhatSlackIsTold() {
    List<Notice> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      many.add(notice("x".repeat(100_000), true));
    }
    String text = body(Receiver.Kind.SLACK, notification(many)).path("text").asText();
    assertTrue(text.length() < 15_000, () -> text.length() + " characters");
    assertTrue(text.contains("and 33 more"), text);
  }

  @Test
  void shouldTellAlertmanagerAnEndAheadOfWhatFires() {
    JsonNode body =
        body(
            Receiver.Kind.ALERTMANAGER,
            notification(List.of(notice("shop", true), notice("bank", false))));
    assertEquals(2, body.size());
    JsonNode firing = body.get(0);
    assertEquals("shop", firing.path("labels").path("app").asText());
    assertEquals("12", firing.path("annotations").path("value").asText());
    assertEquals("2027-01-15T07:59:00Z", firing.path("startsAt").asText());
    assertEquals("2027-01-15T08:10:00Z", firing.path("endsAt").asText());
    assertEquals("https://logs.example/api/v1/alerts/7", firing.path("generatorURL").asText());
    assertEquals("2027-01-15T08:00:00Z", body.get(1).path("endsAt").asText());
    JsonNode repeated = parse(BODIES.repeated(Map.of(7, List.of(notice("shop", true))), NOW));
    assertEquals(firing, repeated.get(0));
  }

  @Test
  void shouldTellOthersInOurOwnForm() {
    JsonNode body =
        body(
            Receiver.Kind.WEBHOOK,
            notification(List.of(notice("shop", true), notice("bank", false))));
    assertEquals("a<b", body.path("rule").asText());
    assertEquals(7, body.path("rule_id").asInt());
    assertEquals(3, body.path("left_out").asInt());
    assertEquals("firing", body.path("alerts").get(0).path("status").asText());
    assertTrue(body.path("alerts").get(0).path("ends_at").isNull());
    assertEquals("resolved", body.path("alerts").get(1).path("status").asText());
    assertTrue(
        parse(new Bodies(null).of(Receiver.Kind.WEBHOOK, notification(List.of()), NOW))
            .path("url")
            .isNull());
  }

  @Test
  void shouldWaitTwiceAsLongEachTimeUpToFiveMinutes() {
    assertEquals(1000, Attempts.pauseMs(1));
    assertEquals(2000, Attempts.pauseMs(2));
    assertEquals(256_000, Attempts.pauseMs(9));
    assertEquals(300_000, Attempts.pauseMs(10));
    assertEquals(300_000, Attempts.pauseMs(1_000_000));
    assertTrue(Attempts.isTaken(204) && !Attempts.isTaken(302) && !Attempts.isTaken(500));
    assertTrue(Attempts.isFinal(400) && Attempts.isFinal(404) && Attempts.isFinal(302));
    assertTrue(!Attempts.isFinal(408) && !Attempts.isFinal(429) && !Attempts.isFinal(503));
  }
}
