package io.logagg.http;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The published document, as the tests look at it. */
final class OpenApi {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  private final JsonObject document;

  private OpenApi(JsonObject document) {
    this.document = document;
  }

  static OpenApi read() {
    try (InputStream in = OpenApi.class.getResourceAsStream("/openapi.json")) {
      return new OpenApi(new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonObject document() {
    return document;
  }

  /**
   * One operation.
   *
   * @param item the path's object, which may hold parameters of all its operations
   */
  record Operation(String method, String path, JsonObject json, JsonObject item) {
    @Override
    public String toString() {
      return method.toUpperCase(Locale.ROOT) + " " + path;
    }
  }

  List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : item.fieldNames()) {
        if (METHODS.contains(method)) {
          all.add(new Operation(method, path, item.getJsonObject(method), item));
        }
      }
    }
    return all;
  }

  /** The object itself, or what its {@code $ref} names. */
  JsonObject resolve(JsonObject object) {
    String ref = object.getString("$ref");
    return ref == null ? object : resolve((JsonObject) at(ref));
  }

  /** What a local reference names. */
  Object at(String ref) {
    if (!ref.startsWith("#/")) {
      throw new AssertionError(ref + " leads out of the document; make it local");
    }
    Object here = document;
    for (String step : ref.substring(2).split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      here = here instanceof JsonObject object ? object.getValue(name) : null;
      if (here == null) {
        throw new AssertionError(ref + " names nothing: there is no " + name);
      }
    }
    return here;
  }
}
