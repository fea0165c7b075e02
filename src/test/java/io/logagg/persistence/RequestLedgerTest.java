package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.persistence.RequestLedger.BodyRead;
import io.logagg.persistence.RequestLedger.Claim;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnection;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RequestLedgerTest {
  private static final BodyRead BODY =
      new BodyRead(70_000, Buffer.buffer("hash"), Buffer.buffer("head"), false);

  private final TestDatabase database = TestDatabase.open();
  private final RequestLedger ledger = new RequestLedger(database.database());
  private final UUID key = UUID.randomUUID();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void shouldRememberHowFarABrokenOffBodyWasRead() {
    UUID first = UUID.randomUUID();
    assertEquals(new Claim.Mine(null), await(ledger.claim(key, first)));
    assertEquals(new Claim.Busy(), await(ledger.claim(key, UUID.randomUUID())));
    await(ledger.breakOff(key, first, BODY));
    UUID second = UUID.randomUUID();
    assertEquals(new Claim.Mine(BODY), await(ledger.claim(key, second)));
    await(ledger.release(key, second));
    UUID third = UUID.randomUUID();
    assertEquals(new Claim.Mine(BODY), await(ledger.claim(key, third)));
    BodyRead whole = new BodyRead(80_000, Buffer.buffer("all"), BODY.headHash(), true);
    await(ledger.complete(key, third, whole, 202, "{}"));
    assertEquals(new Claim.Answered(whole, 202, "{}"), await(ledger.claim(key, first)));
  }

  @Test
  void shouldForgetABrokenOffBodyAfterADay() {
    UUID first = UUID.randomUUID();
    await(ledger.claim(key, first));
    await(ledger.breakOff(key, first, BODY));
    database.sql("UPDATE idempotent_requests SET seen_at = now() - interval '25 hours'");
    assertEquals(new Claim.Mine(null), await(ledger.claim(key, UUID.randomUUID())));
  }

  @Test
  void shouldNotWaitLongForAPostgresThatHangs() {
    PgConnection other = database.connect();
    await(other.query("BEGIN; LOCK TABLE idempotent_requests").execute());
    long begin = System.nanoTime();
    assertEquals(new Claim.Unknown(), await(ledger.claim(key, UUID.randomUUID())));
    long waitedMs = (System.nanoTime() - begin) / 1_000_000;
    assertTrue(waitedMs < 3 * RequestLedger.LIMIT_MS, () -> waitedMs + " ms");
    await(other.query("ROLLBACK").execute());
  }

  @Test
  void shouldNotTakeABusyPostgresForOneThatIsAway() {
    await(ledger.claim(key, UUID.randomUUID()));
    List<Future<Claim>> many =
        Stream.generate(() -> ledger.claim(UUID.randomUUID(), UUID.randomUUID()))
            .limit(1500)
            .toList();
    await(Future.join(many).otherwiseEmpty());
    assertTrue(many.stream().anyMatch(Future::failed));
    List<Future<Claim>> let = many.stream().filter(Future::succeeded).toList();
    assertTrue(!let.isEmpty());
    assertTrue(let.stream().noneMatch(claim -> claim.result() instanceof Claim.Unknown));
  }

  @Test
  void shouldSayThatNobodyKnowsWhilePostgresIsAway() {
    Database away =
        Database.open(
            database.vertx(),
            new PostgresSettings("postgresql://u:p@127.0.0.1:1/db", 4, 1000, 1000, new Random(1)));
    assertEquals(new Claim.Unknown(), await(new RequestLedger(away).claim(key, UUID.randomUUID())));
    await(away.close());
  }
}
