package io.logagg.cli.screen;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.logagg.cli.screen.LogLine.Field;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads records as the API writes them. Not thread-safe. */
public final class LogLineReader {
  private final JsonFactory json = new JsonFactory();

  private String id = "";
  private String timestamp = "";
  private String level = "";
  private String app = "";
  private @Nullable String service;
  private String message = "";
  private List<Field> fields = new ArrayList<>();

  /**
   * Reads one.
   *
   * @throws IOException if it is no JSON object
   */
  public LogLine read(byte[] bytes) throws IOException {
    clear();
    try (JsonParser parser = json.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the server sent something that is no record");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        take(name, parser);
      }
    }
    return new LogLine(id, timestamp, level, app, service, message, fields);
  }

  private void clear() {
    id = "";
    timestamp = "";
    level = "";
    app = "";
    service = null;
    message = "";
    fields = new ArrayList<>();
  }

  private void take(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "id" -> id = parser.getValueAsString("");
      case "timestamp" -> timestamp = parser.getValueAsString("");
      case "level" -> level = parser.getValueAsString("");
      case "app" -> app = parser.getValueAsString("");
      case "service" -> service = parser.getValueAsString(null);
      case "message" -> message = parser.getValueAsString("");
      case "metadata_" -> metadata("", parser);
      default -> parser.skipChildren();
    }
  }

  private void metadata(String prefix, JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = prefix + parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_OBJECT) {
        metadata(name + ".", parser);
      } else {
        fields.add(new Field(name, text(parser, value)));
      }
    }
  }

  private String text(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      return parser.getText();
    }
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = json.createGenerator(out)) {
      generator.copyCurrentStructure(parser);
    }
    return out.toString();
  }
}
