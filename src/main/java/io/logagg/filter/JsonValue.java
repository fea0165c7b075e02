package io.logagg.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document as PostgreSQL's {@code json} shows it: numbers as they were written, of equal
 * keys the last. Null stands for null.
 */
sealed interface JsonValue {
  record Obj(Map<String, @Nullable JsonValue> members) implements JsonValue {}

  record Arr(List<@Nullable JsonValue> elements) implements JsonValue {}

  /** A string, a number as it was written, {@code true} or {@code false}. */
  record Scalar(String text, boolean isNumber) implements JsonValue {}

  /** As deep as it may call itself. */
  JsonFactory FACTORY =
      MetadataJson.FACTORY
          .rebuild()
          .streamReadConstraints(
              MetadataJson.FACTORY.streamReadConstraints().rebuild().maxNestingDepth(1000).build())
          .build();

  /** Reads a document, known to be valid. */
  static @Nullable JsonValue parse(String json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      return value(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("was read before", e);
    }
  }

  private static @Nullable JsonValue value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Scalar(parser.getText(), true);
      default -> new Scalar(parser.getText(), false);
    };
  }

  private static JsonValue object(JsonParser parser) throws IOException {
    Map<String, @Nullable JsonValue> members = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return new Obj(members);
  }

  private static JsonValue array(JsonParser parser) throws IOException {
    List<@Nullable JsonValue> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser));
    }
    return new Arr(elements);
  }

  /** The first value that is there and not null, in any of these places. */
  static @Nullable JsonValue first(@Nullable JsonValue document, List<List<String>> places) {
    for (List<String> keys : places) {
      JsonValue value = document;
      for (String key : keys) {
        value = value instanceof Obj obj ? obj.members().get(key) : null;
      }
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
