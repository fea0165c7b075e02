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
    assertEquals(request("key", "abc", 7), request("key", "abc", 7));
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
    UUID key = request("a", "b", 1);

    assertNotEquals(key, request("x", "b", 1));
    assertNotEquals(key, request("a", "x", 1));
    assertNotEquals(key, request("a", "b", 2));
    assertNotEquals(request("a", "b1", 1), request("a", "b", 11));
  }

  @Test
  void shouldTellAnIdFromARequest() {
    assertNotEquals(DedupeKeys.hash("id", "a", "b", "1"), request("a", "b", 1));
    assertNotEquals(DedupeKeys.ofSourceId("a", "b"), DedupeKeys.hash("request", "a", "b"));
  }

  @Test
  void shouldTellRecordsAtTheSamePlaceApart() {
    byte[] bytes = {1, 2, 3};
    assertNotEquals(
        DedupeKeys.ofRequest("a", "b", Defaults.NONE, 1, bytes, 0, 2),
        DedupeKeys.ofRequest("a", "b", Defaults.NONE, 1, bytes, 1, 3));
  }

  @Test
  void shouldTellTheDefaultsOfARequestApart() {
    Set<UUID> keys = new HashSet<>();
    keys.add(ofDefaults(Defaults.NONE));
    keys.add(ofDefaults(new Defaults("d1", null, null)));
    keys.add(ofDefaults(new Defaults("d2", null, null)));
    keys.add(ofDefaults(new Defaults(null, "d1", null)));
    keys.add(ofDefaults(new Defaults(null, null, "d1")));

    assertEquals(5, keys.size());
  }

  private static UUID ofDefaults(Defaults defaults) {
    return DedupeKeys.ofRequest("a", "b", defaults, 1, new byte[] {7}, 0, 1);
  }

  private static UUID request(String caller, String key, long ordinal) {
    return DedupeKeys.ofRequest(caller, key, Defaults.NONE, ordinal, new byte[] {7}, 0, 1);
  }
}
