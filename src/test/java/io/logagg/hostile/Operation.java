package io.logagg.hostile;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * An operation that openapi.json documents.
 *
 * @param parameters the names of those in the query
 */
record Operation(String method, String path, List<String> parameters) {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head");

  static List<Operation> all() {
    List<Operation> all = new ArrayList<>();
    JsonObject document = document();
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : item.fieldNames()) {
        // Agents' protocols word errors and counts each in their own way; their tests look at them.
        if (METHODS.contains(method) && !isOfAgents(item.getJsonObject(method))) {
          JsonArray parameters =
              item.getJsonObject(method).getJsonArray("parameters", new JsonArray());
          all.add(
              new Operation(
                  method.toUpperCase(Locale.ROOT), path, queryNames(document, parameters)));
        }
      }
    }
    return all;
  }

  private static boolean isOfAgents(JsonObject operation) {
    return operation.getJsonArray("tags", new JsonArray()).contains("agents");
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
      JsonObject parameter = parameters.getJsonObject(i);
      String ref = parameter.getString("$ref");
      if (ref != null) {
        String name = ref.substring(ref.lastIndexOf('/') + 1);
        parameter =
            document.getJsonObject("components").getJsonObject("parameters").getJsonObject(name);
      }
      if ("query".equals(parameter.getString("in"))) {
        names.add(parameter.getString("name"));
      }
    }
    return names;
  }
}
