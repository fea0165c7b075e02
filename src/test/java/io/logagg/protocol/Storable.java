package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.record.LogRecord;

/** What PostgreSQL takes, told in another way than the code under test tells it. */
final class Storable {
  private Storable() {}

  static void assertStorable(LogRecord record, String message) {
    assertText(record.level(), message);
    assertText(record.app(), message);
    assertText(record.service(), message);
    assertText(record.message(), message);
    assertText(record.sourceId(), message);
    assertText(record.metadata(), message);
    try {
      JsonNode metadata = Decoding.TREES.readTree(record.metadata());
      assertTrue(metadata.isObject(), message);
      assertTree(metadata, message);
    } catch (JsonProcessingException e) {
      fail(message + ": metadata is no JSON: " + record.metadata(), e);
    }
  }

  static void assertText(String text, String message) {
    if (text != null) {
      assertFalse(text.codePoints().anyMatch(c -> c == 0 || isSurrogate(c)), message);
    }
  }

  /** Escapes are resolved in a tree, so that one of NUL shows. */
  private static void assertTree(JsonNode node, String message) {
    if (node.isTextual()) {
      assertText(node.asText(), message);
    }
    node.fieldNames().forEachRemaining(name -> assertText(name, message));
    node.forEach(child -> assertTree(child, message));
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** U+FFFD in place of what cannot be stored. */
  static String clean(String text) {
    int[] clean = text.codePoints().map(c -> c == 0 || isSurrogate(c) ? 0xFFFD : c).toArray();
    return new String(clean, 0, clean.length);
  }
}
