package io.logagg.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.logagg.record.Text;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads and rewrites JSON within our limits. Thread-safe. */
public final class JsonText {
  /**
   * How deep a record may nest; jsonb itself could take thousands, at the price of stack depth
   * errors.
   */
  static final int MAX_DEPTH = 200;

  /** How many digits a number may have. */
  static final int MAX_NUMBER_CHARS = 1000;

  /**
   * Beyond the exponents of a double, jsonb would store every single digit: 1e99999 takes 40 kB.
   */
  private static final int MAX_EXPONENT = 308;

  private static volatile JsonFactory factory = newFactory();

  private JsonText() {}

  private static JsonFactory newFactory() {
    return new JsonFactoryBuilder()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        // In JSON that is none, zeros would pass for UTF-16, in which there are no places in bytes.
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(MAX_NUMBER_CHARS)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .build())
        .build();
  }

  static JsonFactory factory() {
    return factory;
  }

  /**
   * Starts with an empty table of field names. Names that are made to collide fill Jackson's, which
   * all records share; then it refuses new ones, or fails, whosever they are.
   */
  static void forgetNames() {
    factory = newFactory();
  }

  /** A string with its quotes, escaped. */
  static StringBuilder quote(StringBuilder out, String text) {
    out.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, out);
    return out.append('"');
  }

  /** The text of a JSON string, known to be valid. */
  public static String unquote(String raw) {
    if (raw.indexOf('\\') < 0) {
      return raw.substring(1, raw.length() - 1);
    }
    try (JsonParser parser = factory.createParser(raw)) {
      parser.nextToken();
      return parser.getText();
    } catch (IOException e) {
      throw new UncheckedIOException("was read before", e);
    }
  }

  /**
   * The raw JSON of the value that the parser stands at, in storable form; it is moved behind it.
   *
   * @param base where in the bytes the parser began
   */
  static String rawValue(JsonParser parser, byte[] bytes, int base) throws IOException {
    int from = base + (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = base + (int) parser.currentLocation().getByteOffset();
    return storable(bytes, from, to);
  }

  /** The JSON value in {@code [from, to)}, known to be valid, in a form that jsonb takes. */
  public static String storable(byte[] bytes, int from, int to) throws IOException {
    if (!JsonBytes.needsCleaning(bytes, from, to)) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
    StringWriter out = new StringWriter(to - from);
    try (JsonParser parser = factory.createParser(bytes, from, to - from);
        JsonGenerator generator = factory.createGenerator(out)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        copyClean(parser, token, generator);
      }
    }
    return out.toString();
  }

  private static void copyClean(JsonParser parser, JsonToken token, JsonGenerator generator)
      throws IOException {
    switch (token) {
      case FIELD_NAME -> generator.writeFieldName(Text.storable(parser.currentName()));
      case VALUE_STRING -> generator.writeString(Text.storable(parser.getText()));
      case VALUE_NUMBER_INT -> generator.writeNumber(parser.getText());
      case VALUE_NUMBER_FLOAT -> {
        if (isModest(parser.getText())) {
          generator.writeNumber(parser.getText());
        } else {
          generator.writeString(parser.getText());
        }
      }
      default -> generator.copyCurrentEvent(parser);
    }
  }

  /** Whether a number's exponent is that of a double, so that storing it in full costs little. */
  private static boolean isModest(String number) {
    int e = Math.max(number.indexOf('e'), number.indexOf('E'));
    if (e < 0) {
      return true;
    }
    if (number.length() - e > 6) {
      return false;
    }
    return Math.abs(Integer.parseInt(number.substring(e + 1))) <= MAX_EXPONENT;
  }
}
