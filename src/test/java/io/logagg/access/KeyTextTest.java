package io.logagg.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How keys look, and what is kept of them. */
final class KeyTextTest {
  private static final String ID = "0123456789abcdef";
  private static final String SECRET = "f".repeat(64);

  @Test
  void shouldFindTheIdInAKey() {
    Random random = new Random(1);
    String id = KeyText.newId(random);
    String key = KeyText.newKey(id, random);
    assertTrue(key.matches("logagg_[0-9a-f]{16}_[0-9a-f]{64}"), key);
    assertEquals(Optional.of(id), KeyText.id(key));
    assertNotEquals(key, KeyText.newKey(id, random));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "logagg",
        "logagg__",
        "logagg_" + ID + "_",
        "LOGAGG_0123456789abcdef_" + "00",
        " logagg_0123456789abcdef_ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "logagg_0123456789abcdef_ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n",
        "logagg_0123456789ABCDEF_ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
      })
  void shouldFindNoneInWhatIsNoKey(String text) {
    assertEquals(Optional.empty(), KeyText.id(text));
  }

  @Test
  void shouldTellHashesApartAndNeverShowThem() {
    String key = "logagg_" + ID + "_" + SECRET;
    SecretHash hash = SecretHash.of(key);
    assertEquals(hash, SecretHash.of(key));
    assertEquals(hash, SecretHash.stored(hash.bytes()));
    assertEquals(hash.hashCode(), SecretHash.of(key).hashCode());
    assertNotEquals(hash, SecretHash.of(key + " "));
    assertFalse(hash.equals(null));
    byte[] lastBit = hash.bytes();
    lastBit[31] ^= 1;
    assertNotEquals(hash, SecretHash.stored(lastBit));
    assertEquals("SecretHash[***]", hash.toString());
  }
}
