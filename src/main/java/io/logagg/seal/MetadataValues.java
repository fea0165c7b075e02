package io.logagg.seal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.logagg.block.ValueFilter;
import io.logagg.filter.FieldValue;
import io.logagg.filter.MetadataJson;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * Collects hashes of the values in records' metadata, each with the path that leads to it, its
 * parts joined by dots: so {@code {"a.b": 1}} and {@code {"a": {"b": 1}}} are the same here. Of an
 * array, each element is a value. Not thread-safe.
 */
final class MetadataValues {
  private long[] hashes = new long[1024];
  private int count;
  private boolean hasUnknown;

  /** The hash of a value under a path, both as they are asked for. */
  static long hash(String dottedPath, String value) {
    return mixed(code(code(code(0, dottedPath), '\0'), value));
  }

  /** The function of {@link String#hashCode}, with 64 bits. */
  private static long code(long before, String text) {
    long code = before;
    for (int i = 0; i < text.length(); i++) {
      code = code(code, text.charAt(i));
    }
    return code;
  }

  private static long code(long before, char c) {
    return 31 * before + c;
  }

  /** The finalizer of MurmurHash3. */
  private static long mixed(long code) {
    long hash = (code ^ code >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
    hash = (hash ^ hash >>> 33) * 0xC4CE_B9FE_1A85_EC53L;
    return hash ^ hash >>> 33;
  }

  /** Adds all of a record. */
  void add(String metadata) {
    if (metadata.length() <= 2) {
      return; // {}
    }
    try (JsonParser parser = MetadataJson.FACTORY.createParser(metadata)) {
      read(parser);
    } catch (IOException e) {
      // PostgreSQL may see it otherwise, and decides.
      hasUnknown = true;
    }
  }

  private void read(JsonParser parser) throws IOException {
    // Where an object began, and what paths in it begin with.
    Deque<Long> outer = new ArrayDeque<>();
    long prefix = 0;
    long path = 0;
    boolean isRoot = true;
    int arrays = 0;
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      switch (token) {
        case START_OBJECT -> {
          if (arrays > 0) {
            parser.skipChildren(); // No path leads into an array.
          } else {
            outer.push(prefix);
            prefix = isRoot ? 0 : code(path, '.');
            isRoot = false;
          }
        }
        case END_OBJECT -> prefix = outer.pop();
        case FIELD_NAME -> path = code(prefix, parser.currentName());
        case START_ARRAY -> {
          if (arrays > 0) {
            parser.skipChildren();
          } else {
            arrays++;
          }
        }
        case END_ARRAY -> arrays--;
        case VALUE_NULL -> {}
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> addNumber(path, parser.getText());
        default -> add(mixed(code(code(path, '\0'), parser.getText())));
      }
    }
  }

  /** As it is written, and in the form that all spellings of the number share. */
  private void addNumber(long path, String text) {
    long before = code(path, '\0');
    add(mixed(code(before, text)));
    Optional<String> canonical = FieldValue.canonicalNumber(text);
    if (canonical.isEmpty()) {
      hasUnknown = true;
    } else if (!canonical.get().equals(text)) {
      add(mixed(code(before, canonical.get())));
    }
  }

  private void add(long hash) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * count);
    }
    hashes[count++] = hash;
  }

  /** How many of those that were added a filter denies; repeated ones count again. */
  int deniedBy(byte[] filter) {
    if (hasUnknown && filter.length > 0) {
      return Math.max(1, count); // None but the empty one says "perhaps" to what cannot be told.
    }
    return (int)
        Arrays.stream(hashes, 0, count).filter(hash -> !ValueFilter.mayHave(filter, hash)).count();
  }

  /** The filter of all that was added. */
  byte[] filter() {
    return hasUnknown ? ValueFilter.anything() : ValueFilter.of(hashes, count);
  }
}
