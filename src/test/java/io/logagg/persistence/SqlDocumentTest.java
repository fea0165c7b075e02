package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.TestDatabase;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Does what docs/sql.md says, word for word. */
final class SqlDocumentTest {
  private static final Pattern BLOCK = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
  private static final List<String> VIEWS =
      List.of(
          "logs_view", "log_counts_view", "apps_view", "dead_letters_view", "sealed_ranges_view");

  private final KeptLogs logs = new KeptLogs();
  private final TestDatabase database = logs.database();
  private List<String> blocks = List.of();
  private PgConnection reader;

  @BeforeEach
  void makeTheRole() throws IOException {
    blocks =
        BLOCK
            .matcher(Files.readString(Path.of("docs/sql.md")))
            .results()
            .map(block -> block.group(1))
            .toList();
    dropRoles();
    database.sql(blocks.get(0));
    reader =
        await(
            PgConnection.connect(
                database.vertx(),
                PgConnectOptions.fromUri(database.servers().postgresUrl())
                    .setUser("logagg_bi")
                    .setPassword("change me")));
    logs.write(logs.now("demo", "m"), logs.old(1, "other"));
  }

  /** Roles belong to the server, and outlive the emptied database. */
  private void dropRoles() {
    database.sql(
        """
        DO $$ BEGIN
          IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'logagg_reader') THEN
            REVOKE ALL ON ALL TABLES IN SCHEMA public FROM logagg_reader;
            REVOKE ALL ON SCHEMA public FROM logagg_reader;
          END IF;
        END $$;
        DROP ROLE IF EXISTS logagg_bi, logagg_reader""");
  }

  @AfterEach
  void close() {
    await(reader.close());
    dropRoles();
    logs.close();
  }

  private String refused(String sql) {
    return assertThrows(PgException.class, () -> await(reader.query(sql).execute()), sql)
        .getSqlState();
  }

  @Test
  void shouldRunAllExamplesAsTheReader() {
    assertEquals(7, blocks.size());
    for (String example : blocks.subList(1, blocks.size())) {
      await(reader.query(example).execute());
    }
    assertEquals(1, await(reader.query(blocks.get(2)).execute()).size());
    for (String view : VIEWS) {
      await(reader.query("SELECT * FROM " + view).execute());
    }
  }

  @Test
  void shouldLetTheReaderReadNothingElse() {
    List<String> tables =
        database.texts(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace");
    assertTrue(tables.contains("logs") && tables.size() > 10, tables::toString);
    tables.forEach(table -> assertEquals("42501", refused("SELECT * FROM " + table), table));
  }

  @Test
  void shouldLetTheReaderWriteNothing() {
    assertEquals("25006", refused("CREATE TEMP TABLE t ()"));
    await(reader.query("SET default_transaction_read_only = off").execute());
    for (String view : VIEWS) {
      assertEquals("42501", refused("DELETE FROM " + view).replace("55000", "42501"), view);
    }
    assertEquals("42501", refused("UPDATE apps_view SET name = 'x'"));
    assertEquals(
        "42501", refused("INSERT INTO logs_view (message) VALUES ('x')").replace("55000", "42501"));
    assertEquals("42501", refused("DELETE FROM logs"));
    assertEquals("42501", refused("CREATE TABLE mine ()"));
    assertEquals("42501", refused("DROP VIEW logs_view"));
    assertEquals(2, database.number("SELECT count(*) FROM logs"));
  }

  @Test
  void shouldLimitTheReadersStatements() {
    assertEquals(
        "1min",
        await(reader.query("SHOW statement_timeout").execute()).iterator().next().getString(0));
    assertEquals(
        "UTC", await(reader.query("SHOW TimeZone").execute()).iterator().next().getString(0));
  }
}
