package io.logagg.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind {@code -conf}: a file, JSON written out, or nothing.
 *
 * <p>The text is checked here before vertx-config reads it, because that would neither say where
 * the mistake is nor mind a key that is given twice.
 *
 * @param name for people
 * @param json the content; empty if there is none or it cannot be used
 * @param store how vertx-config gets at the content
 * @param problem why the content cannot be used
 */
record ConfigSource(
    String name,
    JsonObject json,
    Optional<ConfigStoreOptions> store,
    Optional<ConfigProblem> problem) {

  private static final int BYTES_MAX = 1 << 20;
  private static final ObjectMapper STRICT_JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> OBJECT =
      new TypeReference<>() {};

  /**
   * Reads the file, if it is one. Blocks.
   *
   * @param conf a path, JSON that starts with a brace, or null
   */
  static ConfigSource read(@Nullable String conf) {
    if (conf == null) {
      return new ConfigSource("no file", new JsonObject(), Optional.empty(), Optional.empty());
    }
    if (conf.stripLeading().startsWith("{")) {
      return parsed("inline JSON", "inline JSON", conf.getBytes(StandardCharsets.UTF_8), null);
    }
    try {
      Path path = Path.of(conf);
      Path absolute = path.toAbsolutePath();
      if (!Files.exists(path)) {
        return unusable(conf, "no such file, looked for " + absolute);
      }
      if (Files.isDirectory(path)) {
        return unusable(conf, "must be a file, " + absolute + " is a folder");
      }
      try (InputStream in = Files.newInputStream(path)) {
        byte[] bytes = in.readNBytes(BYTES_MAX + 1);
        return bytes.length > BYTES_MAX
            ? unusable(conf, "must be at most %d bytes long".formatted(BYTES_MAX))
            : parsed(
                conf,
                TextShape.quoted(conf),
                bytes,
                // A pipe, as in -conf <(…), can be read only once.
                Files.isRegularFile(path) ? absolute : null);
      }
    } catch (InvalidPathException e) {
      return unusable(conf, "must be the path of a file or a JSON object");
    } catch (IOException e) {
      return unusable(conf, "must be a readable file, " + e);
    }
  }

  private static ConfigSource parsed(String name, String found, byte[] bytes, @Nullable Path path) {
    String fault;
    try {
      Map<String, @Nullable Object> map = STRICT_JSON.readValue(bytes, OBJECT);
      if (map != null) {
        JsonObject json = new JsonObject(map);
        return new ConfigSource(name, json, Optional.of(store(json, path)), Optional.empty());
      }
      fault = "must be a JSON object, not null";
    } catch (JsonProcessingException e) {
      fault = bytes.length == 0 ? "must be a JSON object such as {}, not empty" : syntaxFault(e);
    } catch (IOException e) {
      fault = "must be a JSON object in UTF-8";
    }
    return new ConfigSource(
        name,
        new JsonObject(),
        Optional.empty(),
        Optional.of(new ConfigProblem("-conf", found, fault)));
  }

  private static String syntaxFault(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String where =
        at == null ? "" : ", line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    return "must be a JSON object%s: %s".formatted(where, plainReason(e.getOriginalMessage()));
  }

  /**
   * Jackson's words without its notes on sources, and without text from the file, which may be a
   * secret.
   */
  private static String plainReason(String message) {
    if (message.startsWith("Unrecognized token")) {
      return "a word that is no JSON value (text needs double quotes)";
    }
    if (message.startsWith("Cannot deserialize")) {
      return "the outermost value is no object";
    }
    if (message.startsWith("Trailing token")) {
      return "only white space may follow the object";
    }
    String firstLine = message.lines().findFirst().orElse("");
    int note = firstLine.indexOf(" (start marker at");
    return note < 0 ? firstLine : firstLine.substring(0, note);
  }

  private static ConfigStoreOptions store(JsonObject json, @Nullable Path path) {
    return path == null
        ? new ConfigStoreOptions().setType("json").setConfig(json)
        : new ConfigStoreOptions()
            .setType("file")
            .setFormat("json")
            .setConfig(new JsonObject().put("path", path.toString()));
  }

  private static ConfigSource unusable(String conf, String fault) {
    return new ConfigSource(
        conf,
        new JsonObject(),
        Optional.empty(),
        Optional.of(new ConfigProblem("-conf", TextShape.quoted(conf), fault)));
  }
}
