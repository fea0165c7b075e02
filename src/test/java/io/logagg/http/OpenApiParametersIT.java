package io.logagg.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.http.OpenApi.Operation;
import io.logagg.testing.Api;
import io.logagg.testing.RunningLogagg;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whether the document has the parameters that each route of our own knows, and no others. */
class OpenApiParametersIT {
  private static final String UNKNOWN = "unknown parameter, known here: ";

  private static final OpenApi DOCUMENT = OpenApi.read();
  private static RunningLogagg logagg;

  @BeforeAll
  static void start() {
    logagg = RunningLogagg.fresh();
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  @Test
  void shouldDocumentExactlyTheParametersThatAreKnown() {
    Map<String, String> documented = new TreeMap<>();
    Map<String, String> known = new TreeMap<>();
    for (Operation operation : DOCUMENT.operations()) {
      // What agents ask for may have any.
      if (operation.path().startsWith("/api/v1/") && !operation.path().endsWith("/validate")) {
        documented.put(operation.toString(), documented(operation));
        known.put(operation.toString(), known(operation));
      }
    }
    assertEquals(lines(documented), lines(known));
  }

  private static String lines(Map<String, String> all) {
    StringBuilder lines = new StringBuilder();
    all.forEach((operation, names) -> lines.append(operation + ": " + names + "\n"));
    return lines.toString();
  }

  private static String documented(Operation operation) {
    TreeSet<String> names = new TreeSet<>();
    for (JsonObject of : new JsonObject[] {operation.item(), operation.json()}) {
      for (Object each : of.getJsonArray("parameters", new JsonArray())) {
        JsonObject parameter = resolved((JsonObject) each);
        if (parameter.getString("in").equals("query")) {
          names.add(parameter.getString("name"));
        }
      }
    }
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private static JsonObject resolved(JsonObject parameter) {
    String ref = parameter.getString("$ref");
    return ref == null
        ? parameter
        : DOCUMENT
            .document()
            .getJsonObject("components")
            .getJsonObject("parameters")
            .getJsonObject(ref.substring(ref.lastIndexOf('/') + 1));
  }

  /** What the route says that it knows, to one who asks for something else. */
  private static String known(Operation operation) {
    String path = operation.path().replaceAll("\\{\\w+}", "1") + "?no_such_parameter=1";
    HttpResponse<String> answer =
        logagg.send(
            logagg
                .request(path, "Content-Type", Api.JSON)
                .method(
                    operation.method().toUpperCase(Locale.ROOT), BodyPublishers.ofString("{}")));
    String message = Api.problem(400, answer).path("errors").path(0).path("message").asText();
    assertEquals(UNKNOWN, message.substring(0, Math.min(message.length(), UNKNOWN.length())), path);
    return message.substring(UNKNOWN.length());
  }
}
