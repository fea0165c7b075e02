package io.logagg.access;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.access.ApiKey.Draft;
import io.logagg.access.KeyStore.Made;
import io.logagg.access.KeyStore.Place;
import io.logagg.record.AppAccess;
import io.logagg.testing.TestDatabase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys in a real PostgreSQL. */
final class KeyStoreTest {
  private static final Draft PLAIN =
      new Draft("plain", Set.of(Scope.READ), AppAccess.ALL, null, KeyLimits.NONE);

  private final TestDatabase database = TestDatabase.open();
  private final KeyStore store = new KeyStore(database.database(), new Random(1));

  @AfterEach
  void close() {
    database.close();
  }

  private Made make(Draft draft) {
    return await(store.create(draft)).orElseThrow();
  }

  @Test
  void shouldKeepAllThatAKeyIsButItsSecret() {
    Draft draft =
        new Draft(
            "a 'name'",
            Set.of(Scope.INGEST, Scope.READ),
            AppAccess.of(List.of("b", "a,c")),
            4_102_444_800_000_000L,
            new KeyLimits(5L, 7_000_000_000L));
    Made made = make(draft);
    assertEquals(draft, made.key().draft());
    assertEquals(Optional.of(made.key()), await(store.find(made.key().id())));
    assertEquals(Optional.of(made.key().id()), KeyText.id(made.secret()));
    String row = database.texts("SELECT k::text FROM api_keys k").get(0);
    assertFalse(row.contains(made.secret().substring(24)), row);
    assertFalse(made.toString().contains(made.secret()), made.toString());
    assertEquals(Optional.empty(), await(store.find("0000000000000000")));
  }

  @Test
  void shouldListInPagesAlsoWhenTheLastOneShownWasPurged() {
    List<String> ids = IntStream.range(0, 5).mapToObj(i -> make(PLAIN).key().id()).toList();
    // Of the same moment, so that the ids decide.
    database.sql("UPDATE api_keys SET created_at = '2026-01-01'");
    List<String> seen = new ArrayList<>();
    Place after = null;
    for (List<ApiKey> page = await(store.list(null, 2));
        !page.isEmpty();
        page = await(store.list(after, 2))) {
      page.forEach(key -> seen.add(key.id()));
      after = Place.parse(Place.of(page.get(page.size() - 1)).text()).orElseThrow();
      database.sql("DELETE FROM api_keys WHERE id = '" + after.id() + "'");
    }
    assertEquals(ids.stream().sorted().toList(), seen);
    assertEquals(Optional.empty(), Place.parse("x"));
  }

  @Test
  void shouldChangeOnlyWhatIsThereAndNotRevoked() {
    Made made = make(PLAIN);
    Draft other =
        new Draft(
            "b", Set.of(Scope.ADMIN), AppAccess.of(List.of("a")), 1L, new KeyLimits(1L, null));
    assertEquals(
        other, await(store.update(made.key().id(), before -> other)).orElseThrow().draft());
    assertTrue(await(store.revoke(made.key().id())));
    assertFalse(await(store.revoke(made.key().id())));
    assertEquals(Optional.empty(), await(store.update(made.key().id(), before -> PLAIN)));
    assertEquals(Optional.empty(), await(store.rotate(made.key().id(), 0)).map(Made::secret));
    ApiKey revoked = await(store.find(made.key().id())).orElseThrow();
    assertEquals(other, revoked.draft());
    assertFalse(revoked.isGood(0));
  }

  @Test
  void shouldRotateToAnotherSecret() {
    Made made = make(PLAIN);
    Made next = await(store.rotate(made.key().id(), 60)).orElseThrow();
    assertEquals(made.key().id(), next.key().id());
    assertNotEquals(made.secret(), next.secret());
    assertTrue(next.key().rotatedAtMicros() != null);
  }

  @Test
  void shouldMakeNoMoreThanThereMayBeAndPurgeThoseLongRevoked() {
    KeyStore small = new KeyStore(database.database(), new Random(2), 3);
    // All at once, so that two might see room for one.
    List<Future<Optional<Made>>> tries =
        IntStream.range(0, 6).mapToObj(i -> small.create(PLAIN)).toList();
    await(Future.all(tries));
    assertEquals(3, tries.stream().filter(made -> made.result().isPresent()).count());
    database.sql("UPDATE api_keys SET revoked_at = now() - interval '89 days'");
    assertTrue(await(small.create(PLAIN)).isPresent());
    assertEquals(4, database.number("SELECT count(*) FROM api_keys"));
    database.sql("UPDATE api_keys SET revoked_at = now() - interval '91 days'");
    assertTrue(await(small.create(PLAIN)).isPresent());
    assertEquals(1, database.number("SELECT count(*) FROM api_keys"));
  }

  @Test
  void shouldKeepNoMoreRevokedOnesThanThereMayBeOfOthers() {
    KeyStore small = new KeyStore(database.database(), new Random(3), 2);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(await(small.create(PLAIN)).orElseThrow().key().id());
      assertTrue(await(small.revoke(ids.get(i))));
    }
    String newest = await(small.create(PLAIN)).orElseThrow().key().id();
    List<String> kept = await(small.list(null, 10)).stream().map(ApiKey::id).sorted().toList();
    assertEquals(Stream.of(ids.get(2), ids.get(3), newest).sorted().toList(), kept);
  }

  @Test
  void shouldTellWhetherAKeyCanMakeOthers() {
    assertFalse(await(store.hasAdmin()));
    make(PLAIN);
    make(
        new Draft(
            "of one app", Set.of(Scope.ADMIN), AppAccess.of(List.of("a")), null, KeyLimits.NONE));
    make(new Draft("expired", Set.of(Scope.ADMIN), AppAccess.ALL, 1L, KeyLimits.NONE));
    assertFalse(await(store.hasAdmin()));
    Made admin = make(new Draft("admin", Set.of(Scope.ADMIN), AppAccess.ALL, null, KeyLimits.NONE));
    assertTrue(await(store.hasAdmin()));
    await(store.revoke(admin.key().id()));
    assertFalse(await(store.hasAdmin()));
  }
}
