package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class DedupeKeysTest {
  @Test
  void shouldRecogniseARepeat() {
    assertEquals(DedupeKeys.ofSourceId("shop", "42"), DedupeKeys.ofSourceId("shop", "42"));
    assertEquals(DedupeKeys.ofRequest("key", "abc", 7), DedupeKeys.ofRequest("key", "abc", 7));
  }

  @Test
  void shouldStayTheSameAcrossVersions() {
    // Kept in the database for 24 hours: a new version must find what the old one wrote.
    // printf '\0\0\0\2id\0\0\0\4shop\0\0\0\00242' | sha256sum
    assertEquals(
        UUID.fromString("628e7ebe-1be8-55e5-ba68-6b9f40bcefc4"),
        DedupeKeys.ofSourceId("shop", "42"));
  }

  @Test
  void shouldNotLetPartsRunIntoOneAnother() {
    List<String[]> parts =
        List.of(
            new String[] {"ab", "c"},
            new String[] {"a", "bc"},
            new String[] {"abc", ""},
            new String[] {"", "abc"},
            new String[] {"abc"},
            new String[] {"a", "b", "c"},
            new String[] {"ab", "c", ""},
            new String[] {"a\0\0\0\1c"},
            new String[] {"a", "\0\0\0\1c"},
            new String[] {"a", "c"});
    Set<UUID> hashes = new HashSet<>();
    parts.forEach(p -> hashes.add(DedupeKeys.hash(p)));

    assertEquals(parts.size(), hashes.size());
  }

  @Test
  void shouldTellAppsAndIdsApart() {
    assertNotEquals(DedupeKeys.ofSourceId("ab", "c"), DedupeKeys.ofSourceId("a", "bc"));
    assertNotEquals(DedupeKeys.ofSourceId("a", "1"), DedupeKeys.ofSourceId("b", "1"));
    assertNotEquals(DedupeKeys.ofSourceId("a", "1"), DedupeKeys.ofSourceId("a", "2"));
    assertNotEquals(DedupeKeys.ofSourceId("a", "ä"), DedupeKeys.ofSourceId("a", "a"));
  }

  @Test
  void shouldTellCallersKeysAndOrdinalsApart() {
    UUID key = DedupeKeys.ofRequest("a", "b", 1);

    assertNotEquals(key, DedupeKeys.ofRequest("x", "b", 1));
    assertNotEquals(key, DedupeKeys.ofRequest("a", "x", 1));
    assertNotEquals(key, DedupeKeys.ofRequest("a", "b", 2));
    assertNotEquals(DedupeKeys.ofRequest("a", "b1", 1), DedupeKeys.ofRequest("a", "b", 11));
  }

  @Test
  void shouldTellAnIdFromARequest() {
    assertNotEquals(DedupeKeys.hash("id", "a", "b", "1"), DedupeKeys.ofRequest("a", "b", 1));
    assertNotEquals(DedupeKeys.ofSourceId("a", "b"), DedupeKeys.hash("request", "a", "b"));
  }
}
