package io.logagg.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.RefusalKind;
import io.logagg.record.Timestamps;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Dead letters as plain JSON, for {@code redis-cli} as much as for us. */
final class DeadLetterCodec {
  static final String FIELD = "data";

  private static final ObjectMapper JSON = new ObjectMapper();

  private DeadLetterCodec() {}

  /** The commands that append them, one entry each. */
  static List<Request> xadds(String key, List<DeadLetter> letters) {
    return letters.stream()
        .map(letter -> Request.cmd(Command.XADD).arg(key).arg("*").arg(FIELD).arg(encode(letter)))
        .toList();
  }

  static String encode(DeadLetter letter) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", letter.id().toString());
    json.put("payload", letter.payload());
    json.put("payload_encoding", letter.base64() ? "base64" : "utf-8");
    json.put("kind", letter.kind().code());
    json.put("reason", letter.reason());
    json.put("source", letter.source());
    json.put("first_seen", Timestamps.format(letter.firstSeenMicros()));
    if (!letter.apps().isEmpty()) {
      ArrayNode apps = json.putArray("apps");
      letter.apps().stream().sorted().forEach(apps::add);
    }
    UUID dedupeKey = letter.dedupeKey();
    if (dedupeKey != null) {
      json.put("dedupe", dedupeKey.toString());
    }
    ObjectNode defaults = json.putObject("defaults");
    defaults.put("app", letter.defaults().app());
    defaults.put("service", letter.defaults().service());
    defaults.put("level", letter.defaults().level());
    return json.toString();
  }

  /**
   * The dead letter in an entry.
   *
   * @throws IllegalArgumentException if there is none
   */
  static DeadLetter decode(RawEntry entry) {
    String data = entry.text(FIELD);
    if (data == null) {
      throw new IllegalArgumentException("the entry has no field " + FIELD);
    }
    try {
      JsonNode json = JSON.readTree(data);
      JsonNode defaults = json.path("defaults");
      DeadLetter letter =
          new DeadLetter(
              UUID.fromString(required(json, "id")),
              required(json, "payload"),
              json.path("payload_encoding").asText().equals("base64"),
              kind(json),
              required(json, "reason"),
              required(json, "source"),
              new Defaults(
                  optional(defaults, "app"),
                  optional(defaults, "service"),
                  optional(defaults, "level")),
              Timestamps.parse(required(json, "first_seen"))
                  .orElseThrow(() -> new IllegalArgumentException("first_seen is no time")),
              apps(json),
              null);
      letter.bytes(); // Fails if the payload is not what its encoding says.
      String dedupe = optional(json, "dedupe");
      return dedupe == null ? letter : letter.withDedupeKey(UUID.fromString(dedupe));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static RefusalKind kind(JsonNode json) {
    String code = optional(json, "kind");
    return code == null ? RefusalKind.OTHER : RefusalKind.of(code).orElse(RefusalKind.OTHER);
  }

  /** None where one of them is no text: who may see it cannot be told then. */
  private static Set<String> apps(JsonNode json) {
    Set<String> apps = new HashSet<>();
    for (JsonNode app : json.path("apps")) {
      if (!app.isTextual()) {
        return Set.of();
      }
      apps.add(app.textValue());
    }
    return apps;
  }

  private static String required(JsonNode json, String field) {
    String text = optional(json, field);
    if (text == null) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return text;
  }

  private static @Nullable String optional(JsonNode json, String field) {
    JsonNode value = json.path(field);
    return value.isTextual() ? value.textValue() : null;
  }
}
