package io.logagg.access;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Both sides of each rule. */
final class KeyRulesTest {
  @Test
  void shouldTakeNamesOf1To256Characters() {
    assertNull(KeyRules.name("a"));
    assertNull(KeyRules.name("a".repeat(256)));
    assertNotNull(KeyRules.name("a".repeat(257)));
    assertNotNull(KeyRules.name(" "));
  }

  @Test
  void shouldTakeKnownScopesAndAtLeastOne() {
    assertNull(KeyRules.scopes(List.of("ingest", "read", "admin")));
    assertNotNull(KeyRules.scopes(List.of()));
    assertNotNull(KeyRules.scopes(List.of("read", "write")));
    assertNotNull(KeyRules.scopes(List.of("READ")));
  }

  @Test
  void shouldTakeUpTo1000NamesOfApps() {
    assertNull(KeyRules.apps(List.of()));
    assertNull(KeyRules.apps(IntStream.range(0, 1000).mapToObj(i -> "a" + i).toList()));
    assertNotNull(KeyRules.apps(Collections.nCopies(1001, "a")));
    assertNull(KeyRules.apps(List.of("a".repeat(256))));
    assertNotNull(KeyRules.apps(List.of("a".repeat(257))));
    assertNotNull(KeyRules.apps(List.of("a", " ")));
    assertNull(KeyRules.apps(Collections.nCopies(256, "a".repeat(256))), "64 Ki characters");
    assertNotNull(KeyRules.apps(Collections.nCopies(257, "a".repeat(256))));
  }

  @Test
  void shouldTakeOnlyTimesToComeAndLimitsAboveZero() {
    assertNull(KeyRules.expiry(11, 10));
    assertNotNull(KeyRules.expiry(10, 10));
    assertNull(KeyRules.limit(1));
    assertNotNull(KeyRules.limit(0));
  }
}
