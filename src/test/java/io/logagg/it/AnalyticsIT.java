package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values, fields, numbers, changes, saved queries, CSV and neighbours through the API. */
final class AnalyticsIT {
  private static final int RECORDS = 3000;
  private static final String ODD = "a \"quoted\", =1+1 text\r\nof two lines";

  private static Instant last = Instant.EPOCH;
  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() {
    last = Instant.now().minusSeconds(60);
    logagg = RunningLogagg.fresh();
    api = new Api(logagg);
    api.ingestLines(IntStream.range(0, RECORDS).mapToObj(AnalyticsIT::record).toList());
    api.awaitTotal("", RECORDS);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  /** One a second, the first is the newest; within the last half hour, there are more errors. */
  private static String record(int i) {
    boolean isError = i < 1800 ? i % 10 == 0 : i % 100 == 0;
    return "{\"app\":\"app-%d\",\"level\":\"%s\",%s\"message\":%s,\"timestamp\":\"%s\",\"http\":{\"status\":%d},\"ms\":%s}"
        .formatted(
            i % 3,
            isError ? "ERROR" : "INFO",
            i % 2 == 0 ? "\"service\":\"api\"," : "",
            Api.quote(i == 7 ? ODD : "text " + i % 4),
            last.minusSeconds(i),
            isError ? 500 : 200,
            i % 5 == 0 ? "\"" + i + ".5\"" : i);
  }

  private static Map<String, Long> values(JsonNode counts) {
    Map<String, Long> map = new TreeMap<>();
    counts.path("values").forEach(v -> map.put(v.path("value").asText(), v.path("count").asLong()));
    return map;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&app=app-1", "&level=error&since=20m", "&q=text%201&service="})
  void theValuesAreThoseOfTheRecordsThatAreListed(String filter) {
    List<JsonNode> rows = api.pages("/api/v1/logs?limit=10000" + filter);
    assertFalse(rows.isEmpty());
    for (String field : List.of("level", "app", "service", "message", "metadata_.http.status")) {
      Map<String, Long> expected = new TreeMap<>();
      long missing = 0;
      for (JsonNode row : rows) {
        JsonNode value = row.at("/" + field.replace('.', '/'));
        if (value.isNull() || value.isMissingNode()) {
          missing++;
        } else {
          expected.merge(value.asText(), 1L, Long::sum);
        }
      }
      JsonNode top = api.get("/api/v1/stats/top?limit=1000&field=" + field + filter);
      assertEquals(expected, values(top), field);
      assertEquals(missing, top.path("missing").longValue(), field);
      assertFalse(top.has("approximate"));
      JsonNode facets = api.get("/api/v1/stats/facets?limit=100&fields=" + field + filter);
      assertEquals(values(top), values(facets.path("facets").path(0)), field);
    }
  }

  @Test
  void whatIsNotListedStandsInOther() {
    JsonNode top = api.get("/api/v1/stats/top?field=app&limit=1");
    assertEquals(
        Api.parse(
            "{\"field\":\"app\",\"values\":[{\"value\":\"app-0\",\"count\":1000}],\"other\":2000,\"missing\":0}"),
        Api.parse(top.toString()));
  }

  @Test
  void withoutNamesTheFacetsAreTheUsualOnesAndWhatHasFewValues() {
    JsonNode facets = api.get("/api/v1/stats/facets").path("facets");
    assertEquals(
        List.of("level", "app", "service", "metadata_.http.status"), Api.texts(facets, "field"));
  }

  @Test
  void theFieldsThereAreHaveTypesAndShares() {
    JsonNode fields = api.get("/api/v1/fields?level=error");
    JsonNode status = null;
    for (JsonNode field : fields.path("fields")) {
      status = field.path("name").asText().equals("metadata_.http.status") ? field : status;
    }
    long errors = api.total("?level=error");
    assertEquals(
        Api.parse(
            "{\"name\":\"metadata_.http.status\",\"types\":{\"number\":%d},\"count\":%d,\"share\":1.0,\"distinct\":1,\"example\":\"500\"}"
                .formatted(errors, errors)),
        Api.parse(String.valueOf(status)));
  }

  @Test
  void numbersOverTimeAreThoseOfTheRecords() {
    JsonNode series =
        api.get(
            "/api/v1/stats/timeseries?field=metadata_.ms&interval=1d&group_by=app&stats=min,max,avg,p50");
    long count = 0;
    long inGroups = 0;
    for (JsonNode bucket : series.path("buckets")) {
      count += bucket.path("count").longValue();
      for (JsonNode group : bucket.path("groups")) {
        inGroups += group.path("count").longValue();
      }
    }
    assertEquals(RECORDS, count);
    assertEquals(RECORDS, inGroups);
    String all = "/api/v1/stats/timeseries?field=ms&interval=3650d&stats=min,max";
    JsonNode bucket = api.get(all).path("buckets").path(0);
    assertEquals("0.5", bucket.path("min").asText());
    assertEquals("2999", bucket.path("max").asText());
    assertFalse(bucket.has("avg"));
  }

  @Test
  void whatGrewStandsFirst() {
    JsonNode compared =
        api.get(
            "/api/v1/stats/compare?since=%s&until=%s"
                .formatted(last.minusSeconds(1000), last.plusSeconds(1)));
    // The thousand seconds before hold the end of the time with more errors.
    assertEquals("level", compared.path("field").asText());
    JsonNode half =
        api.get(
            "/api/v1/stats/compare?field=metadata_.http.status&since=%s&until=%s&before_until=%s"
                .formatted(last.minusSeconds(1000), last.plusSeconds(1), last.minusSeconds(1900)));
    JsonNode first = half.path("changes").path(0);
    assertEquals("500", first.path("value").asText());
    assertEquals("grew", first.path("kind").asText());
    assertEquals(101, first.path("count").intValue());
    assertTrue(first.path("score").doubleValue() > 3, first::toString);
    JsonNode none = api.get("/api/v1/stats/compare?since=10d&until=9d");
    assertEquals(0, none.path("changes").size());
  }

  @ParameterizedTest
  @CsvSource({
    "stats/top?field=,field",
    "stats/top,field",
    "stats/top?field=a..b,field",
    "stats/top?field=timestamp,field",
    "stats/top?field=level&limit=1001,limit",
    "stats/top?field=level&order=asc,order",
    "'stats/facets?fields=level,,app',fields",
    "'stats/facets?fields=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u',fields",
    "stats/facets?limit=0,limit",
    "fields?limit=5,limit",
    "stats/timeseries,field",
    "stats/timeseries?field=level,field",
    "stats/timeseries?field=ms&stats=median,stats",
    "stats/timeseries?field=ms&group_by=message,group_by",
    "stats/timeseries?field=ms&interval=1s&since=1h&group_by=app,interval",
    "stats/compare?since=1h&until=2h,since",
    "stats/compare?before_since=1h&before_until=2h,before_since",
    "saved?limit=501,limit",
  })
  void aBadParameterIsA400ThatNamesIt(String path, String name) {
    JsonNode problem = Api.problem(400, logagg.get("/api/v1/" + path));
    assertEquals(name, problem.path("errors").path(0).path("field").asText());
  }

  @Test
  void savedQueriesAreKeptByName() {
    String body =
        "{\"name\":\"%s\",\"query\":\"text\",\"params\":{\"app\":\"app-1\",\"since\":\"2h\"}}";
    HttpResponse<String> made = api.send("POST", "/api/v1/saved", body.formatted("b"));
    JsonNode saved = Api.expect(201, made);
    String path = "/api/v1/saved/" + saved.path("id").intValue();
    assertEquals(path, Api.header(made, "Location"));
    assertEquals(saved, api.get(path));
    assertEquals("2h", saved.path("params").path("since").asText());
    Api.problem(409, api.send("POST", "/api/v1/saved", body.formatted("b")));
    Api.expect(201, api.send("POST", "/api/v1/saved", "{\"name\":\"a\",\"query\":\"x\"}"));
    assertEquals(List.of("a", "b"), Api.texts(api.pages("/api/v1/saved?limit=1"), "name"));
    Api.problem(409, api.send("PATCH", path, "{\"name\":\"a\"}"));
    JsonNode changed = Api.expect(200, api.send("PATCH", path, "{\"name\":\"c\",\"params\":null}"));
    assertEquals("c", changed.path("name").asText());
    assertEquals(0, changed.path("params").size());
    assertEquals(204, logagg.delete(path).statusCode());
    Api.problem(404, logagg.get(path));
    Api.problem(404, logagg.delete(path));
    Api.problem(404, api.send("PATCH", path, "{\"name\":\"d\"}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|name",
        "{\"name\":\"x\"}|query",
        "{\"name\":\" \",\"query\":\"x\"}|name",
        "{\"name\":\"x\",\"query\":\"y\",\"more\":1}|more",
        "{\"name\":\"x\",\"query\":\"y\",\"params\":[]}|params",
        "{\"name\":\"x\",\"query\":\"y\",\"params\":{\"since\":\"then\"}}|params.since",
        "{\"name\":\"x\",\"query\":\"y\",\"params\":{\"limit\":\"3\"}}|params.limit",
        "{\"name\":\"x\",\"query\":\"y\",\"params\":{\"app\":1}}|params.app",
      })
  void aSavedQueryThatCannotWorkIsA422(String body, String field) {
    JsonNode problem = Api.problem(422, api.send("POST", "/api/v1/saved", body));
    assertEquals(field, problem.path("errors").path(0).path("field").asText());
  }

  @Test
  void allRecordsComeAsCsv() {
    HttpResponse<String> csv = logagg.get("/api/v1/logs?order=desc", "Accept", "text/csv");
    assertTrue(Api.header(csv, "Content-Type").startsWith("text/csv"));
    assertTrue(
        csv.body()
            .startsWith(
                "id,timestamp,received_at,level,app,service,message,metadata_,source_id\r\n"));
    // Each record ends with its empty last field.
    assertEquals(RECORDS, csv.body().split(",\r\n", -1).length - 1);
    assertTrue(csv.body().contains(",\"" + ODD.replace("\"", "\"\"") + "\","));
    assertTrue(csv.body().contains("\"{\"\"http\"\":{\"\"status\"\":200}"), csv.body()::toString);
    HttpResponse<String> none = logagg.get("/api/v1/logs?app=none", "Accept", "text/csv");
    assertEquals(
        "id,timestamp,received_at,level,app,service,message,metadata_,source_id\r\n", none.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/csv", "application/x-ndjson"})
  void streamsAreCompressedForThoseWhoWantIt(String form) throws Exception {
    HttpResponse<byte[]> zipped =
        HttpClient.newHttpClient()
            .send(
                logagg
                    .request("/api/v1/logs", "Accept", form, "Accept-Encoding", "gzip")
                    .GET()
                    .build(),
                BodyHandlers.ofByteArray());
    assertEquals("gzip", Api.header(zipped, "Content-Encoding"));
    String plain = logagg.get("/api/v1/logs", "Accept", form).body();
    byte[] bytes = new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes();
    assertEquals(plain, new String(bytes, StandardCharsets.UTF_8));
    assertTrue(zipped.body().length < plain.length() / 3);
  }

  @Test
  void aRecordHasNeighbours() {
    List<JsonNode> rows = api.pages("/api/v1/logs?limit=1000&app=app-1&service=api&order=asc");
    String id = rows.get(50).path("id").asText();
    JsonNode context = api.get("/api/v1/logs/" + id + "/context?before=3&after=2");
    assertEquals(rows.get(50), context.path("record"));
    assertEquals(Api.texts(rows.subList(47, 50), "id"), Api.texts(context.path("before"), "id"));
    assertEquals(Api.texts(rows.subList(51, 53), "id"), Api.texts(context.path("after"), "id"));
    JsonNode all = api.get("/api/v1/logs/" + id + "/context?within=all&after=0");
    assertEquals(20, all.path("before").size());
    assertEquals(0, all.path("after").size());
    Api.problem(404, logagg.get("/api/v1/logs/none/context"));
    Api.problem(404, logagg.get("/api/v1/logs/00000000-0000-8000-8000-000000000000/context"));
    Api.problem(400, logagg.get("/api/v1/logs/" + id + "/context?before=1001"));
  }
}
