package io.logagg.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.logagg.record.Timestamps;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What belongs into {@code metadata_}, told the slow and plain way: from the whole tree. */
final class MetadataOracle {
  private MetadataOracle() {}

  static JsonNode metadata(String json) {
    ObjectNode fields = (ObjectNode) clean(Decoding.tree(json));
    if (isMissing(fields.get("message"))) {
      JsonNode msg = fields.get("msg");
      boolean usable = msg != null && (msg.isTextual() || msg.isNumber());
      dropFirst(fields, List.of(usable ? "msg" : "log"), node -> usable || node.isTextual());
    }
    if (isMissing(fields.get("level"))) {
      dropFirst(
          fields,
          List.of("severity", "lvl", "log.level"),
          node -> node.isTextual() || node.isNumber());
    }
    JsonNode service = fields.get("service");
    if (isMissing(service) || service.isObject()) {
      dropFirst(
          fields,
          List.of("logger", "component", "service.name"),
          node -> (node.isTextual() || node.isNumber()) && node.asText().length() <= 256);
    }
    if (isMissing(fields.get("timestamp"))) {
      dropFirst(
          fields,
          List.of("ts", "time", "@timestamp"),
          node ->
              (node.isTextual() || node.isNumber()) && Timestamps.parse(node.asText()).isPresent());
    }
    JsonNode own = fields.get("metadata_");
    if (isMissing(own) && fields.get("metadata") instanceof ObjectNode other) {
      own = other;
      fields.remove("metadata");
    }
    fields.remove(List.of("message", "app", "level", "timestamp", "id", "metadata_"));
    if (service != null && !service.isObject()) {
      fields.remove("service");
    }
    if (own instanceof ObjectNode object) {
      fields.setAll(object);
    }
    return fields;
  }

  private static boolean isMissing(JsonNode node) {
    return node == null || node.isNull();
  }

  private static void dropFirst(ObjectNode fields, List<String> names, Predicate<JsonNode> usable) {
    for (String name : names) {
      JsonNode value = fields.get(name);
      if (value != null && usable.test(value)) {
        fields.remove(name);
        return;
      }
    }
  }

  /** The same tree with only what PostgreSQL takes. */
  private static JsonNode clean(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode out = Decoding.TREES.createObjectNode();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        out.set(Storable.clean(field.getKey()), clean(field.getValue()));
      }
      return out;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode out = Decoding.TREES.createArrayNode();
      array.forEach(element -> out.add(clean(element)));
      return out;
    }
    if (node.isTextual()) {
      return TextNode.valueOf(Storable.clean(node.asText()));
    }
    String number = node.isNumber() ? node.decimalValue().toString() : "";
    int exponent = number.indexOf('E');
    boolean costly =
        exponent >= 0 && Math.abs(Long.parseLong(number.substring(exponent + 1))) > 308;
    return costly ? TextNode.valueOf(number) : node;
  }
}
