package io.logagg.postgres;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Eventually;
import io.logagg.testing.TestServers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The schema, and the time limits of statements. */
final class MigrationsTest {
  private final String url = TestServers.reset().postgresUrl();
  private final Vertx vertx = Vertx.vertx();
  private final PgConnection connection = await(PgConnection.connect(vertx, url));

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Database open() {
    return Database.open(vertx, new PostgresSettings(url, 2, 300, 300, new Random(1)));
  }

  private int migrate() {
    PgConnection own = await(PgConnection.connect(vertx, url));
    return await(
        own.begin()
            .compose(
                transaction ->
                    Migrations.apply(own).compose(version -> transaction.commit().map(version)))
            .eventually(own::close));
  }

  private long versions() {
    return await(connection.query("SELECT count(*) FROM schema_migrations").execute())
        .iterator()
        .next()
        .getLong(0);
  }

  @Test
  void shouldMakeTheSchemaOnceAndFindItLater() {
    int version = migrate();
    assertEquals(version, versions());
    await(connection.query("INSERT INTO apps (name) VALUES ('kept')").execute());
    assertEquals(version, migrate());
    assertEquals(version, versions());
    assertEquals(1, await(connection.query("SELECT * FROM apps").execute()).size());
  }

  @Test
  void shouldMakeTheSchemaOnceWhenManyStartTogether() {
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(open().ready());
    }
    all.forEach(TestServers::await);
    assertTrue(versions() > 0);
  }

  @Test
  void shouldRefuseANewerSchema() {
    migrate();
    await(
        connection
            .query("INSERT INTO schema_migrations (version, name, checksum) VALUES (99, 'x', 'y')")
            .execute());
    SchemaException e = assertThrows(SchemaException.class, () -> await(open().ready()));
    assertTrue(e.getMessage().contains("99"), e::getMessage);
  }

  @Test
  void shouldRefuseAFileThatWasAppliedInAnotherForm() {
    migrate();
    await(connection.query("UPDATE schema_migrations SET checksum = 'other'").execute());
    Database database = open();
    SchemaException e = assertThrows(SchemaException.class, () -> await(database.ready()));
    assertTrue(e.getMessage().contains("001-core.sql"), e::getMessage);
    assertThrows(UnavailableException.class, () -> await(database.ping(100)));
    assertFalse(database.isReady());
  }

  @Test
  void shouldLeaveNothingBehindWhenAFileFails() {
    await(connection.query("CREATE TABLE logs (mine int)").execute());
    Database database = open();
    Eventually.value(
        "a reason",
        () ->
            assertThrows(UnavailableException.class, () -> await(database.ping(100))).getMessage(),
        message -> message.contains("already exists"));
    assertEquals(
        0,
        await(connection.query("SELECT FROM pg_tables WHERE tablename = 'apps'").execute()).size());
    await(connection.query("DROP TABLE logs").execute());
    await(database.ready());
  }

  @Test
  void shouldGiveUpAStatementThatTakesTooLongAndGoOn() {
    Database database = open();
    await(database.ready());
    for (int i = 0; i < 5; i++) {
      assertThrows(
          StatementTimeoutException.class,
          () -> await(database.read(c -> c.preparedQuery("SELECT pg_sleep(20)").execute())));
    }
    Eventually.value(
        "no statement left",
        () ->
            await(
                    connection
                        .query(
                            "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)' AND state = 'active'")
                        .execute())
                .size(),
        left -> left == 0);
    await(database.ping(300));
  }

  @Test
  void shouldRollBackWhatFailsOrThrows() {
    Database database = open();
    await(database.ready());
    String insert = "INSERT INTO apps (name) VALUES ($1)";
    assertThrows(
        IllegalStateException.class,
        () ->
            await(
                database.write(
                    c ->
                        c.preparedQuery(insert)
                            .execute(Tuple.of("fails"))
                            .compose(done -> Future.failedFuture(new IllegalStateException())))));
    for (int i = 0; i < 5; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              await(
                  database.write(
                      c -> {
                        c.preparedQuery(insert).execute(Tuple.of("throws"));
                        throw new IllegalStateException();
                      })));
    }
    await(database.write(c -> c.preparedQuery(insert).execute(Tuple.of("good"))));
    assertEquals(
        "good",
        await(connection.query("SELECT string_agg(name, ' ') FROM apps").execute())
            .iterator()
            .next()
            .getString(0));
  }

  @Test
  void shouldComeBackAfterItsConnectionsWereKilled() {
    Database database = open();
    await(database.ready());
    await(database.ping(300));
    await(
        connection
            .query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'logagg'")
            .execute());
    Eventually.value(
        "an answer", () -> await(database.ping(300).map(true).otherwise(false)), answer -> answer);
  }
}
