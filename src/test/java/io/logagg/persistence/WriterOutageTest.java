package io.logagg.persistence;

import static io.logagg.persistence.Writer.batch;
import static io.logagg.persistence.Writer.request;
import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bus.BusException;
import io.logagg.bus.Failure;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.record.RecordBatch;
import io.logagg.testing.Eventually;
import io.logagg.testing.TestRecords;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** PostgreSQL is slow, or goes away under a writer. */
final class WriterOutageTest {
  private final Writer writer = Writer.open(700, 1);
  private final TestRecords records = new TestRecords(1);

  WriterOutageTest() {
    writer.write(records.of("app", "first"));
  }

  @AfterEach
  void close() {
    writer.close();
  }

  private PgConnection lockApps() {
    PgConnection other = writer.database().connect();
    await(other.query("BEGIN; SELECT * FROM apps FOR UPDATE").execute());
    return other;
  }

  private void kill() {
    writer
        .database()
        .sql(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'logagg' AND pid <> pg_backend_pid()""");
  }

  /** Asks again until it works, as the consumers do. */
  private WriteOutcome writeInTheEnd(WriteRequest request) {
    return Eventually.value(
        "the write",
        () -> {
          try {
            return writer.write(request);
          } catch (BusException e) {
            assertTrue(
                e.failure() == Failure.TRANSIENT || e.failure() == Failure.UNAVAILABLE,
                e::toString);
            return null;
          }
        },
        outcome -> outcome != null);
  }

  @Test
  void shouldFailAsTimeoutWhileALockIsHeldAndLoseNothing() {
    PgConnection other = lockApps();
    WriteRequest request = request(batch(records.of("app", "waits")));
    assertEquals(Failure.TIMEOUT, writer.refuse(request).failure());
    assertEquals(Failure.TIMEOUT, writer.refuse(request).failure());
    assertEquals(1, writer.rows());
    await(other.query("ROLLBACK").execute());
    writeInTheEnd(request);
    assertEquals(List.of("app:first", "app:waits"), writer.messages());
    assertEquals(0, writer.database().number("SELECT count(*) FROM dead_letters"));
    assertEquals(0, writer.database().wrongRollups());
  }

  @Test
  void shouldComeBackAfterItsConnectionWasKilledUnderLoad() {
    List<WriteRequest> requests = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      requests.add(request(records.batch(50)));
    }
    List<Future<WriteOutcome>> asked = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      asked.add(writer.ask(requests.get(i)));
      if (i % 5 == 4) {
        kill();
      }
    }
    for (int i = 0; i < requests.size(); i++) {
      int no = i;
      Eventually.value("an answer", asked.get(no)::isComplete, done -> done);
      writeInTheEnd(requests.get(no));
    }
    assertEquals(2001, writer.rows());
    assertEquals(0, writer.database().wrongRollups());
    assertEquals(0, writer.database().number("SELECT count(*) FROM dead_letters"));
  }

  @Test
  void shouldRefuseWriteWhenTooManyWait() {
    PgConnection other = lockApps();
    List<Future<WriteOutcome>> asked = new ArrayList<>();
    int room = Writer.PIPELINING * 9;
    for (int i = 0; i < room + 5; i++) {
      asked.add(writer.ask(request(batch(records.of("app", "m" + i)))));
    }
    Eventually.value(
        "those beyond the room",
        () -> asked.stream().filter(Future::failed).map(Future::cause).toList(),
        failed ->
            failed.stream().filter(e -> ((BusException) e).failure() == Failure.UNAVAILABLE).count()
                == 5);
    assertTrue(asked.subList(room, room + 5).stream().allMatch(Future::failed));
    await(other.query("ROLLBACK").execute());
    Eventually.value(
        "all answered", () -> asked.stream().allMatch(Future::isComplete), done -> done);
    long stored = asked.stream().filter(Future::succeeded).count();
    assertEquals(stored, writer.rows() - 1);
  }

  @Test
  void shouldFailAsTimeoutInsideIsolationToo() {
    RecordBatch poison = batch(records.of("app", "good"), records.of("app", "nul \0"));
    PgConnection other = lockApps();
    assertEquals(Failure.TIMEOUT, writer.refuse(request(poison)).failure());
    await(other.query("ROLLBACK").execute());
    assertEquals(1, writeInTheEnd(request(poison)).refused().size());
    assertEquals(List.of("app:first", "app:good"), writer.messages());
  }

  @Test
  void shouldTakeANewConnectionAfterAnErrorOfTheConnectionItself() {
    writer
        .database()
        .sql(
            """
            CREATE TABLE broken AS SELECT pid FROM pg_stat_activity WHERE application_name = 'logagg'""");
    writer
        .database()
        .sql(
            """
            CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF pg_backend_pid() IN (SELECT pid FROM broken) THEN
                RAISE EXCEPTION USING ERRCODE = 'XX000', MESSAGE = 'an internal error';
              END IF;
              RETURN NEW;
            END $$""");
    writer
        .database()
        .sql("CREATE TRIGGER break BEFORE INSERT ON rollup_deltas EXECUTE FUNCTION break()");
    WriteRequest request = request(batch(records.of("app", "second")));
    assertEquals(Failure.TRANSIENT, writer.refuse(request).failure());
    writeInTheEnd(request);
    assertEquals(List.of("app:first", "app:second"), writer.messages());
  }
}
