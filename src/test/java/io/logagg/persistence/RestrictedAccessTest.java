package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.DeadLetters;
import io.logagg.bus.Persistence;
import io.logagg.bus.ReplayCounts;
import io.logagg.bus.ReplayMany;
import io.logagg.bus.ReplayOutcome;
import io.logagg.bus.ReplayRequest;
import io.logagg.filter.DeadLetterFilter;
import io.logagg.persistence.AppStore.App;
import io.logagg.persistence.AppStore.AppDraft;
import io.logagg.persistence.AppStore.Deletion;
import io.logagg.persistence.LogEditor.Content;
import io.logagg.persistence.SavedQueries.Draft;
import io.logagg.persistence.SavedQueries.Place;
import io.logagg.persistence.SavedQueries.Saved;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.SqlFailure;
import io.logagg.query.DeadLetterSearch;
import io.logagg.query.LogNeighbours;
import io.logagg.query.LogNeighbours.Neighbours;
import io.logagg.query.LogNeighbours.Within;
import io.logagg.query.LogScan;
import io.logagg.query.LogSearch;
import io.logagg.query.RareMatches;
import io.logagg.record.AppAccess;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.record.RefusalKind;
import io.logagg.testing.TestRecords;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is reached by its id, by somebody who may see the shop and nothing of the bank. */
final class RestrictedAccessTest {
  private static final AppAccess SHOP = AppAccess.of(List.of("shop"));
  private static final AppAccess BOTH = AppAccess.of(List.of("shop", "bank"));

  private final Writer writer = Writer.open();
  private final TestRecords records = new TestRecords(1);
  private int letters;

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void shouldFindChangeAndDeleteOnlyItsOwnRecords() {
    LogRecord own = records.of("shop", "own");
    LogRecord other = records.of("bank", "other");
    writer.write(own, other);
    LogSearch search = new LogSearch(writer.database().database());
    assertTrue(await(search.find(SHOP, own.id())).isPresent());
    assertTrue(await(search.find(SHOP, other.id())).isEmpty());
    LogEditor editor =
        new LogEditor(writer.database().database(), InstantSource.fixed(TestRecords.NOW));
    Content changed = new Content("WARN", "", "changed", "{}");
    assertTrue(await(editor.update(SHOP, own.id(), before -> changed)));
    assertFalse(await(editor.update(SHOP, other.id(), before -> changed)));
    assertEquals(List.of("bank:other", "shop:changed"), writer.messages());
    assertFalse(await(editor.delete(SHOP, other.id())));
    assertTrue(await(editor.delete(SHOP, own.id())));
    assertEquals(List.of("bank:other"), writer.messages());
    assertEquals(0, writer.database().wrongRollups());
  }

  @Test
  void shouldShowNoNeighbourOfAnotherApp() {
    List<LogRecord> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String app = i % 2 == 0 ? "shop" : "bank";
      all.add(records.at(TestRecords.NOW_MICROS + i, app, app + i));
    }
    writer.write(all.toArray(LogRecord[]::new));
    assertEquals(
        List.of("shop0", "shop2", "shop6", "shop8"), neighbours(SHOP, all.get(4).id(), Within.ALL));
    assertEquals(9, neighbours(AppAccess.ALL, all.get(4).id(), Within.ALL).size());
    assertEquals(4, neighbours(SHOP, all.get(4).id(), Within.APP).size());
    assertTrue(find(SHOP, all.get(5).id(), Within.ALL).isEmpty());
  }

  private Optional<Neighbours> find(AppAccess access, UUID id, Within within) {
    var database = writer.database().database();
    LogNeighbours neighbours =
        new LogNeighbours(
            new LogSearch(database), new LogScan(database), new RareMatches(database));
    return await(
        neighbours.of(new LogNeighbours.Request(access, id, 20, 20, within), new Abandonment()));
  }

  private List<String> neighbours(AppAccess access, UUID id, Within within) {
    Neighbours found = find(access, id, within).orElseThrow();
    List<String> messages = new ArrayList<>();
    found.before().forEach(row -> messages.add(row.message()));
    found.after().forEach(row -> messages.add(row.message()));
    return messages;
  }

  @Test
  void shouldManageOnlyItsOwnApps() {
    AppStore store = new AppStore(writer.database().database());
    App own = await(store.create(new AppDraft("shop", null, null)));
    App other = await(store.create(new AppDraft("bank", null, null)));
    AppDraft change = new AppDraft("bank", "changed", 1);
    assertEquals(List.of(own), await(store.list(SHOP, null, 10)));
    assertEquals(List.of(), await(store.list(SHOP, "shop", 10)));
    assertEquals(List.of(other, own), await(store.list(AppAccess.ALL, null, 10)));
    assertEquals(Optional.of(own), await(store.find(SHOP, own.id())));
    assertTrue(await(store.find(SHOP, other.id())).isEmpty());
    assertTrue(await(store.update(SHOP, other.id(), before -> change)).isEmpty());
    assertEquals(Deletion.NOT_FOUND, await(store.delete(SHOP, other.id(), true)));
    assertEquals(Optional.of(other), await(store.find(BOTH, other.id())));
    assertEquals(Deletion.DELETED, await(store.delete(SHOP, own.id(), true)));
  }

  @Test
  void shouldKeepEachMakersQueriesApart() {
    SavedQueries saved = new SavedQueries(writer.database().database(), 2);
    Saved one = create(saved, "one");
    Saved two = create(saved, "two");
    Saved all = create(saved, SavedQueries.EVERYBODY);
    assertEquals(List.of(one), await(saved.list("one", null, 10)));
    assertEquals(List.of(one, two, all), await(saved.list(SavedQueries.EVERYBODY, null, 10)));
    assertEquals(
        List.of(two, all),
        await(saved.list(SavedQueries.EVERYBODY, new Place("name", one.id()), 10)));
    assertTrue(await(saved.find("one", two.id())).isEmpty());
    assertTrue(await(saved.find("one", all.id())).isEmpty());
    assertTrue(await(saved.find(SavedQueries.EVERYBODY, two.id())).isPresent());
    Draft other = new Draft("other", "level:ERROR", null);
    assertTrue(await(saved.update("one", two.id(), before -> other)).isEmpty());
    assertFalse(await(saved.delete("one", two.id())));
    RuntimeException twice = assertThrows(RuntimeException.class, () -> create(saved, "one"));
    assertEquals(SqlFailure.DUPLICATE, SqlFailure.of(twice));
    assertTrue(await(saved.create("one", other)).isPresent());
    // How many others keep is nobody's business.
    assertTrue(await(saved.create("one", new Draft("third", "x", null))).isEmpty());
    assertTrue(await(saved.create("two", other)).isPresent());
    assertTrue(await(saved.delete(SavedQueries.EVERYBODY, two.id())));
  }

  private static Saved create(SavedQueries saved, String maker) {
    return await(saved.create(maker, new Draft("name", "level:WARN", null))).orElseThrow();
  }

  private UUID keep(String payload, Set<String> apps) {
    UUID id = RecordIds.of(TestRecords.NOW_MICROS, ++letters);
    DeadLetter letter =
        new DeadLetter(id, payload, false, "reason", "test", Defaults.NONE, TestRecords.NOW_MICROS)
            .withApps(apps);
    await(writer.bus().ask(Persistence.KEEP_DEAD_LETTERS, new DeadLetters(List.of(letter))));
    return id;
  }

  private static DeadLetterFilter of(AppAccess access) {
    return new DeadLetterFilter(null, null, null, null, null, access);
  }

  @Test
  void shouldSeeDeadLettersAllOfWhoseAppsAreItsOwn() {
    UUID own = keep("own", Set.of("shop"));
    UUID others = keep("other", Set.of("bank"));
    UUID shared = keep("shared", Set.of("shop", "bank"));
    UUID nobodys = keep("nobody's", Set.of());
    DeadLetterSearch search = new DeadLetterSearch(writer.database().database());
    assertEquals(List.of(own), await(search.ids(of(SHOP), 10, null)).items());
    assertEquals(List.of(shared, others, own), await(search.ids(of(BOTH), 10, null)).items());
    assertEquals(1, await(search.totals(of(SHOP))).total());
    assertEquals(4, await(search.totals(of(AppAccess.ALL))).total());
    for (UUID hidden : List.of(others, shared, nobodys)) {
      assertTrue(await(search.find(SHOP, hidden)).isEmpty());
      assertTrue(await(search.find(AppAccess.ALL, hidden)).isPresent());
      assertFalse(await(new DeadLetterEditor(writer.database().database()).delete(SHOP, hidden)));
    }
    DeadLetterEditor editor = new DeadLetterEditor(writer.database().database());
    assertEquals(1, await(editor.deleteSome(of(SHOP), null)).deleted());
    assertTrue(await(editor.delete(BOTH, shared)));
    assertEquals(2, await(search.totals(DeadLetterFilter.ANY)).total());
  }

  @Test
  void shouldReplayOnlyWhatItSeesIntoItsOwnApps() {
    UUID own = keep("{\"app\":\"shop\",\"message\":\"own\"}", Set.of("shop"));
    UUID smuggled = keep("{\"app\":\"bank\",\"message\":\"smuggled\"}", Set.of("shop"));
    UUID broken = keep("broken", Set.of("shop"));
    UUID others = keep("{\"app\":\"bank\",\"message\":\"other\"}", Set.of("bank"));
    UUID nobodys = keep("{\"app\":\"shop\",\"message\":\"nobody's\"}", Set.of());
    assertEquals(ReplayOutcome.Kind.GONE, replay(others, null).kind());
    assertEquals(ReplayOutcome.Kind.GONE, replay(nobodys, null).kind());
    ReplayOutcome corrected = replay(broken, "{\"app\":\"bank\",\"message\":\"corrected\"}");
    assertEquals("app is outside the apps of this API key", corrected.reason());
    assertEquals(
        new ReplayCounts(1, 2),
        await(
            writer
                .bus()
                .ask(
                    Persistence.REPLAY_MANY,
                    new ReplayMany(SHOP, List.of(own, smuggled, broken, others, nobodys)))));
    assertEquals(List.of("shop:own"), writer.messages());
    assertEquals(
        List.of("app_not_allowed"),
        writer.database().texts("SELECT kind FROM dead_letters WHERE id = '" + smuggled + "'"));
    assertEquals(4, writer.database().number("SELECT count(*) FROM dead_letters"));
  }

  private ReplayOutcome replay(UUID id, String corrected) {
    Buffer payload = corrected == null ? null : Buffer.buffer(corrected);
    return await(writer.bus().ask(Persistence.REPLAY, new ReplayRequest(SHOP, id, payload)));
  }

  @Test
  void shouldKnowWhoseARefusedRecordIs() {
    writer.database().sql("ALTER TABLE logs ADD CHECK (message <> 'poison')");
    writer.write(records.of("shop", "good"), records.of("shop", "poison"));
    assertEquals(
        List.of(RefusalKind.REFUSED_BY_POSTGRES.code() + " {shop}"),
        writer.database().texts("SELECT kind || ' ' || apps::text FROM dead_letters"));
  }
}
