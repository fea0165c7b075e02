package io.logagg.protocol.elastic;

import io.logagg.protocol.FramingException;
import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a bulk request wants to have done with one document.
 *
 * @param index that the line names; null for none
 * @param id of the document; null for none
 */
public record BulkAction(Op op, @Nullable String index, @Nullable String id) {

  /** The kinds of actions. */
  public enum Op {
    CREATE,
    INDEX,
    UPDATE,
    DELETE;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** As it is written. */
    public String code() {
      return code;
    }

    /** Whether a line with a document follows. */
    boolean hasSource() {
      return this != DELETE;
    }

    static Optional<Op> of(String code) {
      for (Op op : values()) {
        if (op.code.equals(code)) {
          return Optional.of(op);
        }
      }
      return Optional.empty();
    }
  }

  /** The same action of that index if it names none itself. */
  BulkAction orIndex(@Nullable String otherwise) {
    return index == null ? new BulkAction(op, otherwise, id) : this;
  }

  /**
   * Reads the line that stands before a document.
   *
   * @throws FramingException with what was expected, if it is no such line
   */
  static BulkAction parse(byte[] bytes, int from, int to) throws FramingException {
    try (JsonCursor json = JsonCursor.open(bytes, from, to)) {
      return read(json);
    } catch (BadJsonException e) {
      throw new FramingException(String.valueOf(e.getMessage()));
    }
  }

  private static BulkAction read(JsonCursor json) throws BadJsonException, FramingException {
    if (!json.isObject()) {
      throw new FramingException("expected an object");
    }
    json.enter();
    Op op = json.nextField() ? Op.of(json.name()).orElse(null) : null;
    if (op == null) {
      throw new FramingException("expected field [create], [delete], [index] or [update]");
    }
    if (!json.isObject()) {
      throw new FramingException("expected an object in field [" + op.code() + "]");
    }
    BulkAction action = fields(op, json);
    if (json.nextField() || !json.isLast()) {
      throw new FramingException("expected nothing behind field [" + op.code() + "]");
    }
    return action;
  }

  private static BulkAction fields(Op op, JsonCursor json) throws BadJsonException {
    @Nullable String index = null;
    @Nullable String id = null;
    json.enter();
    while (json.nextField()) {
      switch (json.name()) {
        case "_index" -> index = nonEmpty(json.text());
        case "_id" -> id = nonEmpty(json.text());
        default -> json.skip(); // Routing, versions and the like mean nothing here.
      }
    }
    return new BulkAction(op, index, id);
  }

  private static @Nullable String nonEmpty(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
