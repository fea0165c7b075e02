package io.logagg.persistence;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.logagg.filter.BloomFilter;
import io.logagg.filter.FieldValue;
import io.logagg.filter.MetadataJson;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds the values of one field in the text of a record's metadata, and their hashes. It may find
 * more than there are, such as those of a field of the same name further in, but never fewer; so
 * most texts need only be searched, not parsed. A name {@code a.b.c} means each of the places
 * {@code {"a.b.c": …}}, {@code {"a": {"b.c": …}}} and {@code {"a": {"b": {"c": …}}}}; of an array,
 * each element is a value. Thread-safe.
 */
final class FieldExtractor {
  private final String field;
  private final String quoted;

  /** What stands in any text that has the field further in: the first step. */
  private final String firstStep;

  private final boolean isNested;

  /** Whether a key can only be spelled otherwise by a {@code \\u} escape. */
  private final boolean isPlain;

  FieldExtractor(String field) {
    int dot = field.indexOf('.');
    this.field = field;
    this.quoted = '"' + field + '"';
    this.isNested = dot >= 0;
    this.firstStep = isNested ? '"' + field.substring(0, dot) + '"' : quoted;
    this.isPlain = field.chars().noneMatch(c -> c < 0x20 || c == '"' || c == '\\' || c == '/');
  }

  String field() {
    return field;
  }

  /** Takes the hashes of the values of one record after the other. */
  interface Sink {
    void add(long hash);

    /** The field has a value that cannot be told. */
    void addAnything();
  }

  void extract(String metadata, Sink sink) {
    int at = metadata.indexOf(quoted);
    boolean mayBeNested = isNested && metadata.contains(firstStep);
    boolean mayBeEscaped = metadata.indexOf('\\') >= 0 && (!isPlain || metadata.contains("\\u"));
    if (mayBeNested || mayBeEscaped) {
      parse(metadata, sink);
      return;
    }
    while (at >= 0) {
      int colon = skipSpace(metadata, at + quoted.length());
      if (colon < metadata.length() && metadata.charAt(colon) == ':') {
        int value = skipSpace(metadata, colon + 1);
        if (!addSimple(metadata, value, sink)) {
          parse(metadata, sink);
          return;
        }
      }
      at = metadata.indexOf(quoted, at + 1);
    }
  }

  private static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
    return at;
  }

  /** Whether the value was a string without escapes, which most are, or has nothing to add. */
  private static boolean addSimple(String text, int at, Sink sink) {
    if (at >= text.length() || text.charAt(at) != '"') {
      return at < text.length() && (text.charAt(at) == 'n' || text.charAt(at) == '{');
    }
    int end = text.indexOf('"', at + 1);
    int escape = text.indexOf('\\', at + 1);
    if (end < 0 || (escape >= 0 && escape < end)) {
      return false;
    }
    sink.add(BloomFilter.hash(text, at + 1, end));
    return true;
  }

  private void parse(String metadata, Sink sink) {
    try (JsonParser parser = MetadataJson.FACTORY.createParser(metadata)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        readObject(parser, field, sink);
      }
    } catch (IOException e) {
      // PostgreSQL may see it otherwise, and decides.
      sink.addAnything();
    }
  }

  /** Reads an object to its end; {@code rest} is what is left of the name. */
  private static void readObject(JsonParser parser, String rest, Sink sink) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals(rest)) {
        addValues(parser, value, sink);
      } else if (value == JsonToken.START_OBJECT
          && rest.length() > name.length() + 1
          && rest.startsWith(name)
          && rest.charAt(name.length()) == '.'
          && name.indexOf('.') < 0) {
        readObject(parser, rest.substring(name.length() + 1), sink);
      } else {
        parser.skipChildren();
      }
    }
  }

  private static void addValues(JsonParser parser, JsonToken value, Sink sink) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      addValue(parser, value, sink);
      return;
    }
    for (JsonToken element = parser.nextToken();
        element != JsonToken.END_ARRAY;
        element = parser.nextToken()) {
      addValue(parser, element, sink);
    }
  }

  private static void addValue(JsonParser parser, JsonToken value, Sink sink) throws IOException {
    switch (value) {
      case VALUE_STRING, VALUE_TRUE, VALUE_FALSE -> sink.add(BloomFilter.hash(parser.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> addNumber(parser.getText(), sink);
      default -> parser.skipChildren();
    }
  }

  /** As it is written, and in the form that all spellings of the number share. */
  private static void addNumber(String text, Sink sink) {
    sink.add(BloomFilter.hash(text));
    Optional<String> canonical = FieldValue.canonicalNumber(text);
    if (canonical.isEmpty()) {
      sink.addAnything();
    } else if (!canonical.get().equals(text)) {
      sink.add(BloomFilter.hash(canonical.get()));
    }
  }
}
