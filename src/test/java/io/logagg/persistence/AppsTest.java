package io.logagg.persistence;

import static io.logagg.persistence.Writer.batch;
import static io.logagg.persistence.Writer.request;
import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.WriteOutcome;
import io.logagg.filter.LogFilter;
import io.logagg.persistence.AppStore.App;
import io.logagg.persistence.AppStore.AppDraft;
import io.logagg.persistence.AppStore.Deletion;
import io.logagg.postgres.SqlFailure;
import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Apps that change while records for them are on their way. */
final class AppsTest {
  private final Writer writer = Writer.open();
  private final TestDatabase database = writer.database();
  private final AppStore store = new AppStore(database.database());
  private final TestRecords records = new TestRecords(1);

  @AfterEach
  void close() {
    writer.close();
  }

  private int id(String name) {
    return (int)
        database.number("SELECT id FROM apps WHERE deleted_at IS NULL AND name = '" + name + "'");
  }

  private Optional<App> rename(int id, String name) {
    return await(
        store.update(AppAccess.ALL, id, app -> new AppDraft(name, app.description(), null)));
  }

  /** What PostgreSQL's clock says: the notes of renames carry it. */
  private long databaseMicros() {
    return database.number("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
  }

  private LogRecord receivedNow(String app, String message) {
    return TestRecords.receivedAt(records.of(app, message), databaseMicros());
  }

  @Test
  void shouldLandInTheRenamedAppWhenReceivedBeforeAndInANewOneAfter() {
    writer.write(records.of("shop", "known to both verticles"));
    writer.write(records.of("shop", "known to both verticles"));
    LogRecord before = receivedNow("shop", "before");
    rename(id("shop"), "store");
    LogRecord after = receivedNow("shop", "after");
    writer.write(request(batch(after), batch(before)));
    LogRecord late = TestRecords.receivedAt(records.of("shop", "late"), before.receivedAtMicros());
    writer.write(late);
    assertEquals(
        List.of(
            "shop:after",
            "store:before",
            "store:known to both verticles",
            "store:known to both verticles",
            "store:late"),
        writer.messages());
    assertEquals(0, database.wrongRollups());
  }

  @Test
  void shouldFollowARenameOfARename() {
    writer.write(records.of("a", "1"));
    LogRecord before = receivedNow("a", "before");
    int id = id("a");
    rename(id, "b");
    rename(id, "c");
    writer.write(before);
    assertEquals(List.of("c:1", "c:before"), writer.messages());
  }

  @Test
  void shouldFindTheSameAppAfterRenamingThereAndBack() {
    writer.write(records.of("a", "1"));
    int id = id("a");
    rename(id, "b");
    rename(id, "a");
    writer.write(receivedNow("a", "2"));
    assertEquals(List.of("a:1", "a:2"), writer.messages());
  }

  @Test
  void shouldHaveKeysThatNameARenamedAppNameTheNewOneToo() {
    writer.write(records.of("shop", "1"));
    database.sql(
        """
        INSERT INTO api_keys (id, name, hash, scopes, apps, revoked_at) VALUES
          ('1', 'names it', '', '{read}', '{a,shop}', NULL), ('2', 'all', '', '{read}', '{}', NULL),
          ('3', 'another', '', '{read}', '{shops}', NULL), ('4', 'both', '', '{read}', '{store,shop}', NULL),
          ('5', 'revoked', '', '{read}', '{shop}', now())""");
    long version = database.number("SELECT version FROM api_keys_version");
    rename(id("shop"), "store");
    assertEquals(
        List.of("{a,shop,store}", "{}", "{shops}", "{store,shop}", "{shop}"),
        database.texts("SELECT apps::text FROM api_keys ORDER BY id"));
    assertTrue(database.number("SELECT version FROM api_keys_version") > version);
  }

  @Test
  void shouldLetNoKeyNameMoreAppsThanItMayByRenames() {
    writer.write(records.of("shop", "1"));
    database.sql(
        """
        INSERT INTO api_keys (id, name, hash, scopes, apps)
        SELECT id, '', '', '{read}', ARRAY['shop'] || array_agg('app' || i)
        FROM (VALUES ('1', 998), ('2', 999)) AS k (id, n), generate_series(1, n) AS i GROUP BY id""");
    rename(id("shop"), "store");
    assertEquals(
        List.of("1000 true", "1000 false"),
        database.texts(
            "SELECT cardinality(apps) || ' ' || ('store' = ANY (apps)) FROM api_keys ORDER BY id"));
  }

  @Test
  void shouldMakeADeletedAppAnew() {
    writer.write(records.of("shop", "old"));
    writer.write(records.of("shop", "old"));
    assertEquals(Deletion.DELETED, await(store.delete(AppAccess.ALL, id("shop"), true)));
    writer.write(records.of("shop", "new"));
    writer.write(records.of("shop", "new"));
    assertEquals(2, database.number("SELECT count(*) FROM apps WHERE name = 'shop'"));
    assertEquals(2, database.number("SELECT count(*) FROM logs WHERE app_id = " + id("shop")));
  }

  @Test
  void shouldStoreEveryRecordOnceWhileAppsChangeAllTheTime() {
    List<Future<WriteOutcome>> asked = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      asked.add(
          writer.ask(
              request(
                  batch(receivedNow("x", "x" + i), receivedNow("y", "y" + i)),
                  batch(receivedNow("y", "z" + i)))));
      if (i % 6 == 5) {
        await(asked.get(asked.size() - 1));
        int id = id(i % 12 == 5 ? "x" : "y");
        if (i % 4 == 1) {
          await(store.delete(AppAccess.ALL, id, true));
        } else {
          rename(id, "renamed " + i);
        }
      }
    }
    asked.forEach(one -> assertEquals(3, await(one).stored()));
    assertEquals(180, writer.rows());
    assertEquals(0, database.wrongRollups());
    assertEquals(
        0, database.number("SELECT count(*) FROM logs WHERE app_id NOT IN (SELECT id FROM apps)"));
  }

  @Test
  void shouldKeepADraftAndListByName() {
    App app = await(store.create(new AppDraft("b", "text", 7)));
    await(store.create(new AppDraft("a", null, null)));
    assertEquals("text", app.description());
    assertEquals(7, app.retentionDays());
    assertEquals(Optional.of(app), await(store.find(AppAccess.ALL, app.id())));
    assertEquals(
        List.of("a", "b"),
        await(store.list(AppAccess.ALL, null, 10)).stream().map(App::name).toList());
  }

  @Test
  void shouldRefuseADuplicateName() {
    await(store.create(new AppDraft("a", null, null)));
    App b = await(store.create(new AppDraft("b", null, null)));
    PgException e =
        assertThrows(PgException.class, () -> await(store.create(new AppDraft("a", null, null))));
    assertEquals(SqlFailure.DUPLICATE, SqlFailure.of(e));
    assertThrows(PgException.class, () -> rename(b.id(), "a"));
    assertEquals(0, database.number("SELECT count(*) FROM app_renames"));
  }

  @Test
  void shouldRollBackAChangeThatThrows() {
    App app = await(store.create(new AppDraft("a", null, null)));
    assertThrows(
        IllegalStateException.class,
        () ->
            await(
                store.update(
                    AppAccess.ALL,
                    app.id(),
                    before -> {
                      throw new IllegalStateException("no");
                    })));
    assertTrue(rename(app.id(), "b").isPresent(), "no lock was left");
  }

  @Test
  void shouldNotDeleteAnAppWithLogsByAccident() {
    writer.write(records.of("full", "1"));
    App empty = await(store.create(new AppDraft("empty", null, null)));
    assertEquals(Deletion.HAS_LOGS, await(store.delete(AppAccess.ALL, id("full"), false)));
    assertEquals(Deletion.DELETED, await(store.delete(AppAccess.ALL, empty.id(), false)));
    assertEquals(Deletion.NOT_FOUND, await(store.delete(AppAccess.ALL, empty.id(), true)));
    assertEquals(Optional.empty(), await(store.find(AppAccess.ALL, empty.id())));
    assertEquals(Optional.empty(), rename(empty.id(), "x"));
    await(
        new LogEditor(database.database(), InstantSource.fixed(TestRecords.NOW.plusSeconds(1)))
            .deletion(LogFilter.ALL)
            .run());
    assertEquals(Deletion.DELETED, await(store.delete(AppAccess.ALL, id("full"), false)));
  }
}
