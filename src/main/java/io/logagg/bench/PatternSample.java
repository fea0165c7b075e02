package io.logagg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages whose true templates are known.
 *
 * @param truth of each message, the id of its template
 */
record PatternSample(String name, List<String> messages, List<String> truth) {
  private static final ObjectMapper JSON = new ObjectMapper();

  PatternSample {
    messages = List.copyOf(messages);
    truth = List.copyOf(truth);
  }

  /**
   * Reads records as NDJSON, each with a {@code message} and a {@code metadata_.event_id}.
   *
   * @throws IOException if it cannot be read, or a record has neither; the message names file and
   *     line
   */
  static PatternSample read(Path file) throws IOException {
    List<String> messages = new ArrayList<>();
    List<String> truth = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      JsonNode record = JSON.readTree(lines.get(i));
      JsonNode message = record.path("message");
      JsonNode id = record.path("metadata_").path("event_id");
      if (!message.isTextual() || !id.isTextual()) {
        throw new IOException(
            "%s, line %d: needs message and metadata_.event_id".formatted(file, i + 1));
      }
      messages.add(message.asText());
      truth.add(id.asText());
    }
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.ndjson$", "");
    return new PatternSample(name, messages, truth);
  }
}
