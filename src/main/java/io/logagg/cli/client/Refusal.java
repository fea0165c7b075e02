package io.logagg.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.OptionalLong;

/**
 * An answer that is none of those asked for, most often a problem (RFC 9457).
 *
 * @param status of HTTP
 * @param detail what is wrong, in one line or with a picture of the query below it; empty if the
 *     answer does not tell
 * @param retryAfterMs how long the server wants to be left alone, if it says so
 * @param body the answer as JSON; missing if it is none
 */
public record Refusal(int status, String detail, OptionalLong retryAfterMs, JsonNode body) {
  private static final long MAX_RETRY_AFTER_SECONDS = 3600;

  static Refusal of(int status, String retryAfter, String body) {
    JsonNode json = json(body);
    return new Refusal(status, json.path("detail").asText(""), millis(retryAfter), json);
  }

  private static JsonNode json(String body) {
    try {
      JsonNode json = new ObjectMapper().readTree(body);
      return json == null ? MissingNode.getInstance() : json;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance(); // A proxy's page; its status says what there is to say.
    }
  }

  private static OptionalLong millis(String retryAfter) {
    if (!retryAfter.matches("\\d{1,9}")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Math.min(MAX_RETRY_AFTER_SECONDS, Long.parseLong(retryAfter)) * 1000);
  }

  /** Whether the same may work in a moment. */
  boolean mayPass() {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  /** What is wrong, in one line. */
  String line() {
    String first = detail.lines().findFirst().orElse("");
    return first.isEmpty() ? "HTTP status " + status : first;
  }
}
