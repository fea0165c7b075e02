package io.logagg.telemetry.trace;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the template of a path, such as {@code /api/v1/logs/{id}}, so that spans carry neither ids
 * nor names of apps. The templates are those of the API's own description, which a test holds
 * against the routes. Immutable.
 */
final class RouteTemplates {
  private static final String DESCRIPTION = "/openapi.json";

  private final Set<String> exact = new HashSet<>();
  private final List<Template> others = new ArrayList<>();

  private record Template(String text, List<String> segments) {
    boolean fits(List<String> path) {
      if (path.size() != segments.size()) {
        return false;
      }
      for (int i = 0; i < path.size(); i++) {
        if (!segments.get(i).startsWith("{") && !segments.get(i).equals(path.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  RouteTemplates(Iterable<String> templates) {
    for (String template : templates) {
      if (template.indexOf('{') < 0) {
        exact.add(template);
      } else {
        others.add(new Template(template, List.of(template.split("/", -1))));
      }
    }
  }

  /** Those of this jar's API. */
  static RouteTemplates ofApi() {
    try (InputStream in = RouteTemplates.class.getResourceAsStream(DESCRIPTION)) {
      if (in == null) {
        throw new IllegalStateException(DESCRIPTION + " is not in the jar");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new RouteTemplates(new JsonObject(text).getJsonObject("paths").fieldNames());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The template of a request's target, or null if it is none of ours. */
  @Nullable String find(String uri) {
    int query = uri.indexOf('?');
    int end = query < 0 ? uri.length() : query;
    while (end > 1 && uri.charAt(end - 1) == '/') {
      end--;
    }
    String path = uri.substring(0, end);
    if (exact.contains(path)) {
      return path;
    }
    List<String> segments = List.of(path.split("/", -1));
    for (Template template : others) {
      if (template.fits(segments)) {
        return template.text();
      }
    }
    return null;
  }
}
