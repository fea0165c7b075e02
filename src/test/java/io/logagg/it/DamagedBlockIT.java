package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestBlocks;
import io.logagg.testing.TestServers;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three days over the API: the first in a block, the second in a damaged one, the third in rows
 * that fill more than one chunk.
 */
final class DamagedBlockIT {
  private static final LocalDate DAMAGED = LocalDate.of(2026, 3, 6);
  private static final String NAME = "block 2026-03-06T12:00Z/";
  private static final int SEALED = 10;
  private static final int ROWS = 3000;

  /** All of the damaged day, but the edges of its minutes: nothing is counted from the rollups. */
  private static final String DAY = "since=2026-03-06T12:00:00.000001Z&until=2026-03-07T00:00:00Z";

  private static final String GOOD_DAY = "since=2026-03-05T00:00:00Z&until=2026-03-06T00:00:00Z";

  private static RunningLogagg logagg;
  private static Api api;
  private static String damagedId = "";

  @BeforeAll
  static void damageABlock() {
    TestServers servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of()).awaitRedis();
    api = new Api(logagg);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < SEALED; i++) {
      lines.add(line(DAMAGED.minusDays(1), i));
      lines.add(line(DAMAGED, i));
    }
    for (int i = 0; i < ROWS; i++) {
      lines.add(line(DAMAGED.plusDays(1), i));
    }
    api.ingestLines(lines);
    api.awaitTotal("", 2L * SEALED + ROWS);
    TestBlocks.seal(servers, DAMAGED.minusDays(1));
    TestBlocks.seal(servers, DAMAGED);
    assertEquals(SEALED, api.array("/api/v1/logs?" + DAY).size() + 1, "one of them is before");
    damagedId = api.array("/api/v1/logs?" + DAY).get(3).path("id").textValue();
    servers.sql(
        "UPDATE %s SET ids = set_byte(ids, 8, get_byte(ids, 8) # 1)"
            .formatted(TestBlocks.table(DAMAGED)));
  }

  private static String line(LocalDate day, int i) {
    return "{\"app\":\"a\",\"timestamp\":\"%sT12:00:00.%06dZ\",\"message\":\"text %d\",\"metadata_\":{\"n\":%d}}"
        .formatted(day, i, i, i);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private static void assertNamed(HttpResponse<String> answer) {
    JsonNode problem = Api.problem(500, answer);
    String detail = problem.path("detail").textValue();
    assertTrue(detail.startsWith(NAME), detail);
    assertTrue(detail.contains("IDS has another checksum. This sealed block is damaged"), detail);
    assertTrue(detail.contains("the command check"), detail);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/logs?",
        "/api/v1/logs?order=asc&",
        "/api/v1/logs/filter?q=text&",
        "/api/v1/stats?",
        "/api/v1/stats?q=text&",
        "/api/v1/stats/histogram?q=text&interval=1h&",
        "/api/v1/stats/histogram?",
        "/api/v1/stats/top?field=message&",
        "/api/v1/stats/top?field=metadata_.n&",
        "/api/v1/stats/facets?fields=message&",
        "/api/v1/stats/timeseries?field=metadata_.n&",
        "/api/v1/stats/compare?field=message&",
        "/api/v1/stats/patterns?",
        "/api/v1/fields?"
      })
  void whatAsksForItsTimeFailsWithItsNameAndOtherTimesAreRead(String path) {
    assertNamed(logagg.get(path + DAY));
    Api.expect(200, logagg.get(path + GOOD_DAY));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json,order=desc",
    "application/x-ndjson,order=desc",
    "application/x-ndjson,order=asc",
    "text/csv,order=desc",
    "application/x-ndjson,q=text"
  })
  void anExportFailsAsLongAsNothingOfItIsOnItsWay(String accept, String query) {
    String path = "/api/v1/logs?%s&%s".formatted(query, DAY);
    assertNamed(logagg.get(path, "Accept", accept));
    HttpResponse<String> good =
        logagg.get("/api/v1/logs?%s&%s".formatted(query, GOOD_DAY), "Accept", accept);
    assertEquals(200, good.statusCode());
    assertTrue(good.body().contains("text 7"), good.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-ndjson", "text/csv"})
  void anExportThatHasBegunIsCut(String accept) {
    assertThrows(
        UncheckedIOException.class, () -> logagg.get("/api/v1/logs?app=a", "Accept", accept));
  }

  @Test
  void aPageIsReadIfItEndsBefore() {
    HttpResponse<String> page = logagg.get("/api/v1/logs?limit=" + (ROWS - 1));
    assertEquals(ROWS - 1, Api.expect(200, page).size());
    assertNamed(logagg.get(Api.next(page).orElseThrow()));
  }

  @Test
  void oneRecordOfItFailsWhateverIsDoneWithIt() {
    String path = "/api/v1/logs/" + damagedId;
    int before = linesWith(path + ":");
    assertNamed(logagg.get(path));
    Eventually.value("a line of the log", () -> linesWith(path + ":"), n -> n == before + 1);
    assertNamed(logagg.get(path + "/context"));
    assertNamed(logagg.delete(path));
    assertNamed(api.send("PATCH", path, "{\"level\":\"ERROR\"}"));
    assertNamed(logagg.delete("/api/v1/logs?q=text&" + DAY));
    assertNamed(logagg.delete("/api/v1/logs?q=text&dry_run=true&" + DAY));
  }

  private static int linesWith(String text) {
    return (int)
        logagg
            .stderr()
            .lines()
            .filter(line -> line.contains("ERROR") && line.contains(text + " " + NAME))
            .count();
  }
}
