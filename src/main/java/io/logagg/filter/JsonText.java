package io.logagg.filter;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values within the text of a JSON document, as they are written there. */
final class JsonText {
  private JsonText() {}

  /**
   * The first value that is there and not null in any of these places, as PostgreSQL's {@code ->}
   * gives it of its type {@code json}: of equal keys the last.
   *
   * @param document known to be valid
   */
  static @Nullable String first(String document, List<List<String>> places) {
    for (List<String> keys : places) {
      String value = document;
      for (String key : keys) {
        value = value == null ? null : member(value, key);
      }
      if (value != null && !value.equals("null")) {
        return value;
      }
    }
    return null;
  }

  /** The value of a key of an object; null if there is none, or it is no object. */
  private static @Nullable String member(String json, String key) {
    try (JsonParser parser = MetadataJson.FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      String found = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isMeant = parser.currentName().equals(key);
        parser.nextToken();
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        if (isMeant) {
          found = json.substring(start, (int) parser.currentLocation().getCharOffset());
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException("was read before", e);
    }
  }
}
