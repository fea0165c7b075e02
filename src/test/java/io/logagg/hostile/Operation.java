package io.logagg.hostile;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An operation that openapi.json documents.
 *
 * @param parameters the names of those in the query
 * @param isOfAgents whether it is of another protocol, which words errors and counts in its own way
 * @param answers the content types that are documented for each status, and for {@code default}
 */
record Operation(
    String method,
    String path,
    List<String> parameters,
    boolean isOfAgents,
    Map<String, Set<String>> answers) {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head");

  static List<Operation> all() {
    List<Operation> all = new ArrayList<>();
    JsonObject document = document();
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : item.fieldNames()) {
        if (METHODS.contains(method)) {
          JsonObject operation = item.getJsonObject(method);
          all.add(
              new Operation(
                  method.toUpperCase(Locale.ROOT),
                  path,
                  queryNames(document, operation.getJsonArray("parameters", new JsonArray())),
                  operation.getJsonArray("tags", new JsonArray()).contains("agents"),
                  answers(document, operation.getJsonObject("responses"))));
        }
      }
    }
    return all;
  }

  /** What is wrong with an answer, going by what is documented; null if nothing is. */
  @Nullable String fault(RawAnswer answer) {
    if (answer.status() >= 500 && answer.status() != 503) {
      return "status " + answer.status();
    }
    Set<String> types =
        answers.getOrDefault(
            Integer.toString(answer.status()), answers.getOrDefault("default", Set.of()));
    String header = answer.header("content-type");
    int semicolon = header.indexOf(';');
    String type = semicolon < 0 ? header : header.substring(0, semicolon);
    boolean fits = types.isEmpty() ? answer.body().isEmpty() : types.contains(type.strip());
    return fits ? null : "%d should be of %s, not '%s'".formatted(answer.status(), types, header);
  }

  private static Map<String, Set<String>> answers(JsonObject document, JsonObject responses) {
    Map<String, Set<String>> answers = new HashMap<>();
    for (String status : responses.fieldNames()) {
      JsonObject response = named(document, "responses", responses.getJsonObject(status));
      answers.put(status, response.getJsonObject("content", new JsonObject()).fieldNames());
    }
    return answers;
  }

  /** What it refers to, or itself. */
  private static JsonObject named(JsonObject document, String kind, JsonObject what) {
    String ref = what.getString("$ref");
    return ref == null
        ? what
        : document
            .getJsonObject("components")
            .getJsonObject(kind)
            .getJsonObject(ref.substring(ref.lastIndexOf('/') + 1));
  }

  private static JsonObject document() {
    try (InputStream in = Operation.class.getResourceAsStream("/openapi.json")) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> queryNames(JsonObject document, JsonArray parameters) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      JsonObject parameter = named(document, "parameters", parameters.getJsonObject(i));
      if ("query".equals(parameter.getString("in"))) {
        names.add(parameter.getString("name"));
      }
    }
    return names;
  }
}
