package io.logagg.config;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key with the value that counts, for people.
 *
 * @param path of the key
 * @param value as it would stand in the file, without secrets
 * @param origin where it was set; empty for the default
 */
public record Setting(String path, String value, String origin) {

  static Setting of(ConfigKey key, @Nullable Object value, String origin) {
    String shown =
        value == null
            ? "null"
            : value instanceof String
                ? key.type().shown(value)
                : Json.encode(value instanceof List<?> list ? new JsonArray(list) : value);
    return new Setting(key.path(), shown, origin);
  }
}
