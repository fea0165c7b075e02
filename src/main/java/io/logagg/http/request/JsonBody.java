package io.logagg.http.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problem.FieldError;
import io.logagg.protocol.JsonText;
import io.logagg.record.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a management request: one JSON object with known fields. Collects what is wrong with
 * them.
 */
public final class JsonBody {
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(200).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final ObjectNode object;
  private final Map<String, FieldError> errors = new LinkedHashMap<>();

  private JsonBody(ObjectNode object) {
    this.object = object;
  }

  /**
   * Reads the object.
   *
   * @throws ProblemException 400 if it is none
   */
  public static JsonBody of(byte[] bytes, Set<String> known) {
    JsonNode node = parse(bytes);
    if (!(node instanceof ObjectNode object)) {
      throw Problem.of(400, "the body must be a JSON object").toException();
    }
    JsonBody body = new JsonBody(object);
    Iterator<String> names = object.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (!known.contains(name)) {
        body.error(
            name,
            "unknown field, known here: " + String.join(", ", known.stream().sorted().toList()));
      }
    }
    return body;
  }

  /** The object as it came, for those who have a reader of their own. */
  public ObjectNode object() {
    return object;
  }

  /** The value as text that jsonb takes. */
  public static String storable(JsonNode value) {
    try {
      byte[] bytes = JSON.writeValueAsBytes(value);
      return JsonText.storable(bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  private static @Nullable JsonNode parse(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw Problem.of(400, "the body is not valid JSON: " + e.getOriginalMessage()).toException();
    } catch (NumberFormatException e) {
      throw Problem.of(400, "the body has a number that is out of range").toException();
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  /** Whether it is there, if only as null. */
  public boolean has(String field) {
    return object.has(field);
  }

  /** A string; null if it is absent or null. */
  public @Nullable String text(String field, int maxChars) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      error(field, "must be a string");
      return null;
    }
    if (value.textValue().length() > maxChars) {
      error(field, "must have at most " + maxChars + " characters");
    }
    return Text.storable(value.textValue());
  }

  /** A string that must be there and not blank. */
  public String requiredText(String field, int maxChars) {
    String text = text(field, maxChars);
    if (text == null || text.isBlank()) {
      error(field, "must be given, and not be blank");
      return "";
    }
    return text;
  }

  /** A positive whole number; null if it is absent or null. */
  public @Nullable Integer positive(String field) {
    Long value = positive(field, Integer.MAX_VALUE);
    return value == null ? null : (Integer) value.intValue();
  }

  /** The same beyond the range of an int. */
  public @Nullable Long positiveLong(String field) {
    return positive(field, Long.MAX_VALUE);
  }

  private @Nullable Long positive(String field, long max) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    boolean fits = value.isIntegralNumber() && value.canConvertToLong();
    if (!fits || value.longValue() < 1 || value.longValue() > max) {
      error(field, "must be a whole number above 0");
      return null;
    }
    return value.longValue();
  }

  /** A whole number in this range; null if it is absent. */
  public @Nullable Integer wholeNumber(String field, int min, int max) {
    JsonNode value = object.get(field);
    if (value == null) {
      return null;
    }
    boolean fits = value.isIntegralNumber() && value.canConvertToInt();
    if (!fits || value.intValue() < min || value.intValue() > max) {
      error(field, "must be a whole number from " + min + " to " + max);
      return null;
    }
    return value.intValue();
  }

  /** An array of strings; empty if it is absent or null. */
  public List<String> texts(String field) {
    JsonNode value = object.get(field);
    List<String> texts = new ArrayList<>();
    if (value == null || value.isNull()) {
      return texts;
    }
    boolean fits = value.isArray();
    for (JsonNode item : value) {
      fits &= item.isTextual();
      texts.add(Text.storable(item.asText()));
    }
    if (!fits) {
      error(field, "must be an array of strings");
    }
    return fits ? texts : List.of();
  }

  /** Any value; null if it is absent. */
  public @Nullable JsonNode any(String field) {
    return object.get(field);
  }

  /** Of several errors of a field the first is told: the others mostly follow from it. */
  public void error(String field, String message) {
    errors.putIfAbsent(field, new FieldError(field, message));
  }

  /**
   * To be called when all fields were read.
   *
   * @throws ProblemException 422 that lists what is wrong
   */
  public void check() {
    if (!errors.isEmpty()) {
      List<FieldError> all = List.copyOf(errors.values());
      String detail = all.get(0).field() + ": " + all.get(0).message();
      throw Problem.ofFields(422, detail, all).toException();
    }
  }
}
