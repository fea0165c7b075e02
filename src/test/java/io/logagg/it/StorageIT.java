package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TestServers;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that are sealed and unsealed by hand, as those see it who ask over HTTP. */
class StorageIT {
  private final TestServers servers = TestServers.reset();
  private final RunningLogagg logagg = RunningLogagg.fresh(servers, Map.of());
  private final Api api = new Api(logagg);
  private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

  @AfterEach
  void stop() {
    logagg.close();
  }

  private static JsonNode order(RunningLogagg server, String kind, String times) {
    return Api.expect(202, server.post("/api/v1/storage/" + kind + times, Api.JSON, ""));
  }

  private JsonNode awaitEnd(JsonNode order) {
    return Eventually.value("the end of " + order, () -> find(order), now -> isOver(now));
  }

  private JsonNode find(JsonNode order) {
    for (JsonNode one : api.get("/api/v1/storage").path("orders")) {
      if (one.path("id").equals(order.path("id"))) {
        return one;
      }
    }
    throw new AssertionError("no order " + order);
  }

  private static boolean isOver(JsonNode order) {
    return !order.path("done_at").isNull();
  }

  /** As if nothing had been stored for some hours. */
  private void growOld() {
    servers.sql("UPDATE commits SET stored_at = stored_at - interval '2 hours'");
  }

  private String times(int sinceDays, int untilDays) {
    return "?since=%sT00:00:00Z&until=%sT00:00:00Z"
        .formatted(today.minusDays(sinceDays), today.minusDays(untilDays));
  }

  private void store(int daysAgo, int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(
          "{\"app\":\"shop\",\"message\":\"message %d of day %d\",\"timestamp\":\"%sT12:00:%02dZ\",\"n\":%d}"
              .formatted(i, daysAgo, today.minusDays(daysAgo), i % 60, i));
    }
    api.ingestLines(lines);
  }

  @Test
  void whatIsOrderedIsDoneAndAllStaysToBeSeen() {
    store(3, 5000);
    store(4, 10);
    api.awaitTotal("", 5010);
    List<String> before = Api.texts(api.pages("/api/v1/logs?limit=1000"), "message");
    JsonNode tooSoon = awaitEnd(order(logagg, "seal", times(5, 0)));
    assertEquals("incomplete", tooSoon.path("state").asText());
    assertTrue(tooSoon.path("problem").asText().contains("within the last 70 minutes"));
    assertEquals(0, tooSoon.path("records").intValue());

    growOld();
    JsonNode done = awaitEnd(order(logagg, "seal", times(5, 0)));
    assertEquals("done", done.path("state").asText(), done::toString);
    assertEquals(5010, done.path("records").intValue());
    JsonNode storage = api.get("/api/v1/storage");
    JsonNode blocks = storage.path("total").path("blocks");
    assertEquals(3, blocks.path("count").intValue());
    assertEquals(5010, blocks.path("records").intValue());
    assertEquals(0, storage.path("total").path("rows").path("records").intValue());
    assertEquals(2, storage.path("partitions").size());
    assertTrue(blocks.path("ratio").doubleValue() > 0);
    assertEquals(before, Api.texts(api.pages("/api/v1/logs?limit=1000"), "message"));
    assertEquals(5010, api.total(""));
    assertEquals(10, api.total("?q=" + Api.encode("\"of day 4\"")));
    assertEquals(1, api.array("/api/v1/logs?q=" + Api.encode("\"message 4321 \"")).size());
    Eventually.value(
        "the metrics of sealing",
        () -> Scrape.of(logagg).sum("logagg_seal_stored_records"),
        records -> records == 5010.0);
    assertEquals(5010.0, Scrape.of(logagg).sum("logagg_seal_records_total", "step", "seal"));

    JsonNode undone = awaitEnd(order(logagg, "unseal", times(4, 3)));
    assertEquals("done", undone.path("state").asText(), undone::toString);
    assertEquals(10, undone.path("records").intValue());
    JsonNode oldest = api.get("/api/v1/storage").path("partitions").get(0);
    assertEquals(10, oldest.path("rows").path("records").intValue());
    assertEquals(0, oldest.path("blocks").path("count").intValue());
    assertEquals(before, Api.texts(api.pages("/api/v1/logs?limit=1000"), "message"));
    assertTrue(
        logagg.stderr().contains(" INFO  audit action=unseal_ordered by=127.0.0.1 "),
        logagg.stderr());
  }

  @Test
  void theRepeatOfASealedRecordIsKnown() {
    String line =
        "{\"app\":\"shop\",\"id\":\"%s\",\"message\":\"%s\",\"timestamp\":\"%sT12:00:00Z\"}";
    String once = line.formatted("1", "once", today.minusDays(3));
    api.ingestLines(List.of(once));
    api.awaitTotal("", 1);
    growOld();
    assertEquals(1, awaitEnd(order(logagg, "seal", times(4, 2))).path("records").intValue());
    api.ingestLines(List.of(once, line.formatted("2", "another", today.minusDays(3))));
    api.awaitMessages("shop", List.of("another", "once"));
    assertEquals(2, api.total(""));
  }

  @Test
  void whatIsNoOrderIsRefused() {
    for (String path : List.of("/api/v1/storage/seal", "/api/v1/storage/unseal")) {
      for (String times :
          List.of(
              "",
              "?since=3d",
              "?until=3d",
              "?since=2d&until=3d",
              "?since=2026-01-01T00:00:00Z&until=2026-01-01T00:00:00Z",
              "?since=soon&until=1d",
              "?since=3d&until=2d&app=shop")) {
        Api.problem(400, logagg.post(path + times, Api.JSON, ""));
      }
    }
    Api.problem(400, logagg.get("/api/v1/storage?app=shop"));
    assertEquals(0, api.get("/api/v1/storage").path("orders").size());
  }
}
