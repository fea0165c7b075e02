package io.logagg.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.logagg.record.Defaults;
import io.logagg.record.RefusalKind;
import io.logagg.record.Stamps;
import io.logagg.record.TimeWindow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one JSON object into a record, straight from its bytes. Fields with their exact names
 * come first, then the usual other names; all others are copied into {@code metadata_} as they
 * stand. Thread-safe.
 */
public final class JsonRecordDecoder {
  private final TimeWindow window;
  private final RecordRules rules;
  private final WordCache words = new WordCache();

  /** One that keeps records as they are. */
  public JsonRecordDecoder(TimeWindow window) {
    this(window, RecordRules.NONE);
  }

  public JsonRecordDecoder(TimeWindow window, RecordRules rules) {
    this.window = window;
    this.rules = rules;
  }

  /** What it does with every record. */
  public RecordRules rules() {
    return rules;
  }

  /**
   * Decodes {@code [from, to)}.
   *
   * @param requestKey makes the record a repeat of one with the same key, unless it carries an id
   *     of its own; null for none
   */
  public Decoded decode(
      byte[] bytes, int from, int to, Defaults defaults, Stamps stamps, @Nullable UUID requestKey) {
    int start = JsonBytes.skipBom(bytes, from, to);
    while (start < to && JsonBytes.isBlank(bytes[start])) {
      start++;
    }
    // Jackson would take a second byte of zero for UTF-16.
    if (to - start < 2 || bytes[start] != '{' || bytes[start + 1] == 0) {
      return badJson("not a JSON object");
    }
    JsonRecordDraft plain = new JsonRecordDraft(bytes, start, rules);
    if (PlainJsonReader.read(plain, words, bytes, start, to)) {
      try {
        return plain.toRecord(defaults, stamps, requestKey, window);
      } catch (NamesFullException e) {
        JsonText.forgetNames(); // Whether it is this record's doing, the other way finds out.
      }
    }
    return decodeAny(bytes, start, to, defaults, stamps, requestKey);
  }

  /** The same for any object, plain or not. */
  Decoded decodeAny(
      byte[] bytes, int from, int to, Defaults defaults, Stamps stamps, @Nullable UUID requestKey) {
    try {
      return decodeOnce(bytes, from, to, defaults, stamps, requestKey);
    } catch (NamesFullException e) {
      JsonText.forgetNames();
    }
    try {
      return decodeOnce(bytes, from, to, defaults, stamps, requestKey);
    } catch (NamesFullException e) {
      JsonText.forgetNames();
      return badJson(String.valueOf(e.getMessage()));
    }
  }

  private Decoded decodeOnce(
      byte[] bytes, int from, int to, Defaults defaults, Stamps stamps, @Nullable UUID requestKey) {
    JsonRecordDraft draft = new JsonRecordDraft(bytes, from, rules);
    Decoded.Refused problem = read(draft, bytes, from, to);
    if (problem == null) {
      return draft.toRecord(defaults, stamps, requestKey, window);
    }
    byte[] repaired = repairUtf8(bytes, from, to);
    if (repaired == null) {
      return problem;
    }
    return decodeAny(repaired, 0, repaired.length, defaults, stamps, requestKey);
  }

  /** Reads the object into the draft; what is wrong, or null. */
  private Decoded.@Nullable Refused read(JsonRecordDraft draft, byte[] bytes, int from, int to) {
    try (JsonParser parser = JsonText.factory().createParser(bytes, from, to - from)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String problem = draft.field(parser);
        if (problem != null) {
          return new Decoded.Refused(RefusalKind.BAD_FIELD, problem);
        }
      }
      return parser.nextToken() == null
          ? null
          : badJson("unexpected content behind the JSON object");
    } catch (StreamConstraintsException e) {
      throw new NamesFullException("not valid JSON: " + describe(e), e);
    } catch (JsonProcessingException e) {
      return badJson("not valid JSON: " + describe(e));
    } catch (IllegalStateException | ArrayIndexOutOfBoundsException e) {
      // Older guards, and a slip in moving many colliding names to a larger table.
      throw new NamesFullException("not taken: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  private static Decoded.Refused badJson(String reason) {
    return new Decoded.Refused(RefusalKind.BAD_JSON, reason);
  }

  private String describe(JsonProcessingException e) {
    if (rules.redaction().isOn()) {
      // Its message quotes the record.
      return e.getLocation() == null ? "" : "at byte " + e.getLocation().getByteOffset();
    }
    String message = e.getOriginalMessage();
    int lineEnd = message.indexOf('\n');
    String first = lineEnd < 0 ? message : message.substring(0, lineEnd);
    return e.getLocation() == null ? first : first + " at byte " + e.getLocation().getByteOffset();
  }

  /** The same text with U+FFFD for what is no UTF-8; null if all of it is. */
  private static byte @Nullable [] repairUtf8(byte[] bytes, int from, int to) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
      return null;
    } catch (CharacterCodingException e) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8)
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
