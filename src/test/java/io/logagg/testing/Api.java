package io.logagg.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The HTTP API of a running logagg, as JSON. */
public final class Api {
  public static final String JSON = "application/json";
  public static final String NDJSON = "application/x-ndjson";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");

  private final RunningLogagg server;

  public Api(RunningLogagg server) {
    this.server = server;
  }

  public static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("not JSON: " + json, e);
    }
  }

  /** The answer's body, if it has this status. */
  public static JsonNode expect(int status, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), () -> answer.uri() + ": " + answer.body());
    return answer.body().isEmpty() ? MAPPER.nullNode() : parse(answer.body());
  }

  /** The same for an error, which must come as a problem. */
  public static JsonNode problem(int status, HttpResponse<String> answer) {
    JsonNode problem = expect(status, answer);
    assertEquals("application/problem+json", header(answer, "Content-Type"));
    assertEquals(status, problem.path("status").intValue(), answer.body());
    for (String field : List.of("type", "title", "detail")) {
      assertTrue(problem.path(field).isTextual(), answer.body());
    }
    return problem;
  }

  /** The header; "" if it is not there. */
  public static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** As one item of a filter's list, whatever is in it. */
  public static String item(String text) {
    return encode('"' + text.replace("\"", "\"\"") + '"');
  }

  /** A string as a JSON value. */
  public static String quote(String text) {
    return MAPPER.getNodeFactory().textNode(text).toString();
  }

  /** A record of an app, as JSON. */
  public static String record(String app, String message) {
    return "{\"app\":%s,\"message\":%s}".formatted(quote(app), quote(message));
  }

  public JsonNode get(String path) {
    return expect(200, server.get(path));
  }

  public HttpResponse<String> send(
      String method, String path, String contentType, byte[] body, String... headers) {
    return server.send(
        server
            .request(path, headers)
            .header("Content-Type", contentType)
            .method(method, BodyPublishers.ofByteArray(body)));
  }

  public HttpResponse<String> send(String method, String path, String json) {
    return send(method, path, JSON, json.getBytes(StandardCharsets.UTF_8));
  }

  public HttpResponse<String> ingest(String contentType, byte[] body, String... headers) {
    return send("POST", "/api/v1/ingest", contentType, body, headers);
  }

  /** Has these lines accepted. */
  public JsonNode ingestLines(List<String> lines) {
    String body = String.join("\n", lines);
    return expect(202, ingest(NDJSON, body.getBytes(StandardCharsets.UTF_8)));
  }

  /** Where the next page is. */
  public static Optional<String> next(HttpResponse<String> page) {
    Matcher matcher = NEXT.matcher(header(page, "Link"));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /**
   * All pages from this one on.
   *
   * @param betweenPages is run before each following page is asked for
   */
  public List<JsonNode> pages(String path, Runnable betweenPages) {
    List<JsonNode> rows = new ArrayList<>();
    HttpResponse<String> page = server.get(path);
    expect(200, page).forEach(rows::add);
    for (Optional<String> next = next(page); next.isPresent(); next = next(page)) {
      betweenPages.run();
      page = server.get(next.get());
      expect(200, page).forEach(rows::add);
    }
    return rows;
  }

  public List<JsonNode> pages(String path) {
    return pages(path, () -> {});
  }

  /** The values of a field, in order. */
  public static List<String> texts(Iterable<JsonNode> rows, String field) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.path(field).asText())
        .toList();
  }

  /** The messages of an app, sorted. */
  public List<String> messages(String app) {
    List<JsonNode> rows = pages("/api/v1/logs?limit=10000&app=" + item(app));
    return texts(rows, "message").stream().sorted().toList();
  }

  public long total(String query) {
    return get("/api/v1/stats" + query).path("total").longValue();
  }

  /** Waits until exactly these messages of the app are there, in the list and in the counts. */
  public void awaitMessages(String app, List<String> messages) {
    List<String> sorted = messages.stream().sorted().toList();
    Eventually.value("the records of " + app, () -> messages(app), sorted::equals);
    long counted = total("?app=" + item(app));
    assertEquals(messages.size(), counted, "what /stats counts of " + app);
  }

  /** Waits until the counts are this. */
  public void awaitTotal(String query, long expected) {
    Eventually.value("the total of " + query, () -> total(query), total -> total == expected);
  }

  public List<JsonNode> deadLetters() {
    return pages("/api/v1/dlq?limit=1000");
  }

  /** Waits until the dead letters have exactly these payloads, each with a reason. */
  public List<JsonNode> awaitDeadLetters(List<String> payloads) {
    List<String> sorted = payloads.stream().sorted().toList();
    List<JsonNode> letters =
        Eventually.value(
            "the dead letters " + payloads,
            this::deadLetters,
            found -> texts(found, "payload").stream().sorted().toList().equals(sorted));
    letters.forEach(letter -> assertTrue(!letter.path("reason").asText().isBlank()));
    return letters;
  }

  public ArrayNode array(String path) {
    return (ArrayNode) get(path);
  }
}
