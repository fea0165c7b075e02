package io.logagg.access;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.access.ApiKey.Draft;
import io.logagg.access.KeyStore.Made;
import io.logagg.access.Verdict.Known;
import io.logagg.access.Verdict.Refused;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.record.AppAccess;
import io.logagg.record.Timestamps;
import io.logagg.testing.Eventually;
import io.logagg.testing.TestDatabase;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What keys are worth, by a ring that has seen what a store has done. */
final class KeyRingTest {
  private static final String ADMIN_KEY = "an-admin-key";

  private final TestDatabase database = TestDatabase.open();
  private final KeyStore store = new KeyStore(database.database(), new Random(1));
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final InstantSource clock = now::get;
  private final KeyRing ring = KeyRing.open(database.vertx(), database.database(), null, clock);

  @AfterEach
  void close() {
    await(ring.close());
    database.close();
  }

  private static Draft draft(Scope scope, String... apps) {
    return new Draft("n", Set.of(scope), AppAccess.of(List.of(apps)), null, KeyLimits.NONE);
  }

  private Made make(Draft draft) {
    Made made = await(store.create(draft)).orElseThrow();
    await(ring.refresh());
    return made;
  }

  private Verdict verify(String key) {
    await(ring.refresh());
    return ring.verify(key);
  }

  private Principal known(String key) {
    return assertInstanceOf(Known.class, verify(key)).principal();
  }

  private Instant later(long seconds) {
    return now.updateAndGet(before -> before.plusSeconds(seconds));
  }

  @Test
  void shouldKnowAKeyWithAllItsScopes() {
    Draft draft =
        new Draft(
            "n", Set.of(Scope.ADMIN), AppAccess.of(List.of("a")), null, new KeyLimits(1L, 2L));
    Made made = make(draft);
    Principal principal = known(made.secret());
    assertEquals(made.key().id(), principal.id());
    assertEquals(Set.of(Scope.values()), principal.scopes());
    assertEquals(draft.apps(), principal.apps());
    assertEquals(draft.limits(), principal.limits());
    assertEquals(Set.of(Scope.READ), known(make(draft(Scope.READ)).secret()).scopes());
    assertEquals(2, ring.count());
  }

  @Test
  void shouldTakeNothingElseForAKey() {
    Made made = make(draft(Scope.READ));
    String secret = made.secret();
    char last = secret.charAt(secret.length() - 1);
    String other = secret.substring(0, secret.length() - 1) + (last == '0' ? '1' : '0');
    assertEquals(Refused.UNKNOWN, verify(other));
    assertEquals(Refused.UNKNOWN, verify(KeyText.newKey("0".repeat(16), new Random(5))));
    // Without a key in the configuration, none of these may be taken for it.
    for (String text : List.of("", " ", "null", "***", made.key().id(), secret + "0")) {
      assertEquals(Refused.MALFORMED, verify(text), text);
    }
  }

  @Test
  void shouldTakeTheKeyOfTheConfigurationEvenWithoutPostgres() {
    Database away =
        Database.open(
            database.vertx(),
            new PostgresSettings("postgresql://a:b@127.0.0.1:1/c", 1, 1000, 1000, new Random(1)));
    KeyRing alone = KeyRing.open(database.vertx(), away, ADMIN_KEY, clock);
    await(alone.refresh());
    Principal admin = assertInstanceOf(Known.class, alone.verify(ADMIN_KEY)).principal();
    assertEquals(Set.of(Scope.values()), admin.scopes());
    assertTrue(admin.apps().isAll());
    assertTrue(alone.stillHolds(admin));
    assertEquals(Refused.MALFORMED, alone.verify(ADMIN_KEY + "x"));
    assertEquals(Refused.MALFORMED, alone.verify(""));
    assertEquals(Refused.UNDECIDED, alone.verify(KeyText.newKey("0".repeat(16), new Random(5))));
    await(alone.close());
    await(away.close());
  }

  @Test
  void shouldRefuseARevokedKeyAndWhoWasLetInWithIt() {
    Made made = make(draft(Scope.READ));
    Principal inside = known(made.secret());
    assertTrue(ring.stillHolds(inside));
    await(store.revoke(made.key().id()));
    assertEquals(Refused.REVOKED, verify(made.secret()));
    assertFalse(ring.stillHolds(inside));
    assertEquals(0, ring.count());
  }

  @Test
  void shouldRefuseAnExpiredKeyFromItsTimeOn() {
    long expires = Timestamps.micros(now.get()) + 10_000_000;
    Made made = make(new Draft("n", Set.of(Scope.READ), AppAccess.ALL, expires, KeyLimits.NONE));
    Principal inside = known(made.secret());
    later(9);
    assertTrue(ring.stillHolds(inside));
    later(1);
    assertEquals(Refused.EXPIRED, verify(made.secret()));
    assertFalse(ring.stillHolds(inside));
    assertEquals(0, ring.count());
  }

  @Test
  void shouldTakeTheSecretBeforeARotationForItsGraceOnly() {
    Made made = make(draft(Scope.READ));
    Principal inside = known(made.secret());
    Made next = await(store.rotate(made.key().id(), 60)).orElseThrow();
    assertInstanceOf(Known.class, verify(next.secret()));
    assertInstanceOf(Known.class, verify(made.secret()));
    assertTrue(ring.stillHolds(inside));
    later(3600); // Far behind what PostgreSQL takes for 60 seconds from now.
    assertInstanceOf(Known.class, verify(next.secret()));
    assertEquals(Refused.UNKNOWN, verify(made.secret()));
    assertFalse(ring.stillHolds(inside));
    Made last = await(store.rotate(made.key().id(), 0)).orElseThrow();
    assertEquals(Refused.UNKNOWN, verify(next.secret()));
    assertInstanceOf(Known.class, verify(last.secret()));
  }

  @Test
  void shouldSeeWhatIsChangedByHand() {
    Made made = make(draft(Scope.READ));
    database.sql("UPDATE api_keys SET scopes = '{ingest,unheard_of}', apps = '{x}'");
    Principal principal = known(made.secret());
    assertEquals(Set.of(Scope.INGEST), principal.scopes());
    assertEquals(Set.of("x"), principal.apps().names());
    database.sql("TRUNCATE api_keys CASCADE");
    assertEquals(Refused.UNKNOWN, verify(made.secret()));
  }

  @Test
  void shouldLetNobodyStayWhoMayDoLessNow() {
    Made made = make(draft(Scope.ADMIN));
    Principal inside = known(made.secret());
    await(store.update(made.key().id(), before -> draft(Scope.ADMIN, "a")));
    await(ring.refresh());
    assertFalse(ring.stillHolds(inside));
    Principal ofOneApp = known(made.secret());
    await(store.update(made.key().id(), before -> draft(Scope.ADMIN, "a", "b")));
    await(ring.refresh());
    assertTrue(ring.stillHolds(ofOneApp));
    await(store.update(made.key().id(), before -> draft(Scope.READ, "a")));
    await(ring.refresh());
    assertFalse(ring.stillHolds(ofOneApp));
  }

  @Test
  void shouldKeepTheKeysAsLastSeenWhileTheyCannotBeRead() {
    Made made = make(draft(Scope.READ));
    database.sql("ALTER TABLE api_keys_version RENAME TO away");
    assertInstanceOf(Known.class, verify(made.secret()));
    assertEquals(Refused.UNKNOWN, verify(KeyText.newKey("0".repeat(16), new Random(5))));
    database.sql("ALTER TABLE away RENAME TO api_keys_version");
    await(store.revoke(made.key().id()));
    assertEquals(Refused.REVOKED, verify(made.secret()));
  }

  @Test
  void shouldSeeAnOlderStateThatWasRestored() {
    Made made = make(draft(Scope.READ));
    database.sql("DELETE FROM api_keys; UPDATE api_keys_version SET version = 0");
    assertEquals(Refused.UNKNOWN, verify(made.secret()));
  }

  @Test
  void shouldNoteWhenAKeyWasLastUsed() {
    Made made = make(draft(Scope.READ));
    known(made.secret());
    long expected = Timestamps.micros(now.get());
    Eventually.value(
        "the last use",
        () -> await(store.find(made.key().id())).orElseThrow().lastUsedAtMicros(),
        used -> used != null && used == expected);
  }
}
