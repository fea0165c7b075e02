package io.logagg.protocol.otlp;

import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where records come from: what those of one resource and scope share.
 *
 * @param app null if the resource names none
 * @param service null if the resource names none
 * @param resource its attributes, as a JSON object
 * @param scope as a JSON object
 */
record Origin(@Nullable String app, @Nullable String service, String resource, String scope) {
  static final String EMPTY = "{}";

  private static final String SERVICE = "service.name";

  /** Attributes that name an app, the best first. */
  private static final List<String> APPS = List.of("app", "app.name", "service.namespace", SERVICE);

  /** Of a resource. */
  static Origin of(String resource) {
    Map<String, String> names = names(resource);
    String app = APPS.stream().filter(names::containsKey).findFirst().map(names::get).orElse(null);
    return new Origin(app, names.get(SERVICE), resource, EMPTY);
  }

  Origin withScope(String json) {
    return new Origin(app, service, resource, json);
  }

  private static Map<String, String> names(String resource) {
    Map<String, String> found = new TreeMap<>();
    byte[] bytes = resource.getBytes(StandardCharsets.UTF_8);
    try (JsonCursor json = JsonCursor.open(bytes, 0, bytes.length)) {
      json.enter();
      while (json.nextField()) {
        String name = json.name();
        String text = APPS.contains(name) && json.isText() ? json.text() : null;
        if (text != null && !text.isBlank()) {
          found.put(name, text);
        }
      }
      return found;
    } catch (BadJsonException e) {
      throw new IllegalStateException("written by us", e);
    }
  }
}
