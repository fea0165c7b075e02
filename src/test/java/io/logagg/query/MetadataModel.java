package io.logagg.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.testing.TestRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Metadata of every shape, and what a path means for it, by Jackson. */
final class MetadataModel {
  static final ObjectMapper JSON = new ObjectMapper();

  /** Paths that some of the metadata have. */
  static final List<String> PATHS = List.of("a", "a.b", "a.b.c", "tags", "ms", "none", "ünï \"q'");

  private static final List<String> VALUES =
      List.of(
          "1",
          "7.250",
          "-3e2",
          "\"x\"",
          "\"ü\\n\\\"\"",
          "true",
          "null",
          "\"12\"",
          "\"\"",
          "[]",
          "[1,\"x\",1,null,[2],{\"b\":3}]",
          "{}",
          "[\"x\"]",
          "{\"z\":1}",
          "\"1e999\"",
          "1e300");

  private final Random random;
  private final TestRecords records;

  MetadataModel(long seed) {
    this.random = new Random(seed);
    this.records = new TestRecords(seed);
  }

  /** A record with such metadata and a message that is often the same. */
  LogRecord any(long timestampMicros) {
    LogRecord plain = records.any(timestampMicros);
    return new LogRecord(
        RecordIds.of(timestampMicros, random.nextLong()),
        timestampMicros,
        plain.receivedAtMicros(),
        plain.level(),
        plain.app(),
        plain.service(),
        random.nextBoolean() ? "again and again" : "m" + random.nextInt(30),
        metadata(),
        plain.sourceId(),
        plain.dedupeKey());
  }

  private String metadata() {
    List<String> members = new ArrayList<>();
    maybe(members, "a.b.c");
    maybe(members, "tags");
    maybe(members, "ünï \\\"q'");
    if (random.nextBoolean()) {
      members.add("\"ms\":" + random.nextInt(40) + (random.nextBoolean() ? "" : ".5"));
    }
    switch (random.nextInt(4)) {
      case 0 -> maybe(members, "a");
      case 1 -> members.add("\"a\":{\"b.c\":" + value() + ",\"b\":" + value() + "}");
      case 2 -> members.add("\"a\":{\"b\":{\"c\":" + value() + "}}");
      default -> maybe(members, "a.b");
    }
    return "{" + String.join(", ", members) + "}";
  }

  private void maybe(List<String> members, String key) {
    if (random.nextInt(3) == 0) {
      members.add("\"" + key + "\" : " + value());
    }
  }

  private String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  /** What stands at the path; null if nothing does. */
  static @Nullable JsonNode at(LogRecord record, String path) {
    JsonNode here;
    try {
      here = JSON.readTree(record.metadata());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    String[] keys = path.split("\\.");
    for (int steps = 0; steps < keys.length && here.isObject(); steps++) {
      List<String> rest = List.of(keys).subList(steps, keys.length);
      JsonNode found = here.get(String.join(".", rest));
      if (found != null && !found.isNull()) {
        return found;
      }
      here = here.path(keys[steps]);
    }
    return null;
  }

  /** The values that it counts for; PostgreSQL shows numbers as they were written. */
  static Set<String> values(LogRecord record, String path) {
    Set<String> values = new TreeSet<>();
    JsonNode found = at(record, path);
    if (found != null && found.isArray()) {
      found.forEach(item -> addScalar(values, item));
    } else if (found != null) {
      addScalar(values, found);
    }
    return values;
  }

  private static void addScalar(Set<String> values, JsonNode node) {
    if (node.isNumber()) {
      values.add(
          switch (node.asText()) {
            case "7.25" -> "7.250";
            case "-300.0" -> "-3e2";
            case "1.0E300" -> "1e300";
            default -> node.asText();
          });
    } else if (node.isTextual() || node.isBoolean()) {
      values.add(node.asText());
    }
  }
}
