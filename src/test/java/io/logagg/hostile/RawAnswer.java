package io.logagg.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer as it came.
 *
 * @param headers by name in lower case
 * @param toHead whether it answers a HEAD, so that it has no body
 */
record RawAnswer(int status, Map<String, String> headers, String body, boolean toHead) {

  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** Its start. */
  String excerpt() {
    return status + " " + headers + " " + body.substring(0, Math.min(300, body.length()));
  }

  private boolean isJson() {
    return header("content-type").contains("json") && !header("content-type").contains("ndjson");
  }

  /** What is wrong with its form; null if nothing is. */
  @Nullable String fault() {
    if (status >= 500) {
      return "status " + status;
    }
    if (toHead) {
      return null;
    }
    if (status >= 400 && !header("content-type").equals("application/problem+json")) {
      return status + " is no problem+json but '" + header("content-type") + "'";
    }
    if (!isJson() || status == 204) {
      return null;
    }
    try {
      JsonNode json = Api.parse(body);
      boolean sound =
          status < 400
              || (json.path("status").intValue() == status
                  && json.path("title").isTextual()
                  && json.path("detail").isTextual());
      return sound ? null : "an unsound problem: " + body;
    } catch (UncheckedIOException e) {
      return "a body that is no JSON: " + body;
    }
  }

  /** How many records it says were taken. */
  long acknowledged() {
    if (toHead || !isJson() || body.isEmpty() || status == 204) {
      return 0;
    }
    JsonNode json = Api.parse(body);
    boolean oneRecord = status == 201 && header("location").startsWith("/api/v1/logs/");
    return json.path("enqueued").longValue()
        + json.path("inserted").longValue()
        + json.path("replayed").longValue()
        + (oneRecord ? 1 : 0);
  }
}
