package io.logagg.http.tail;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.access.Authenticator;
import io.logagg.access.KeyLimits;
import io.logagg.access.Principal;
import io.logagg.access.Scope;
import io.logagg.access.Verdict;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.Refusals;
import io.logagg.http.routing.Routes;
import io.logagg.query.TailFeed;
import io.logagg.query.TailSource;
import io.logagg.record.AppAccess;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.Eventually;
import io.logagg.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of records that were passed over, which nobody has looked at. */
final class TailGapTest {
  private final TestDatabase database = TestDatabase.open();

  /** Kept, since one that nobody refers to closes its connections when it is collected. */
  private final HttpClient client = database.vertx().createHttpClient();

  private final TailSource source = new TailSource(database.database(), 3);
  private final int port = serve();

  /** Lets in whoever says for which apps. */
  private static final Authenticator BY_APPS =
      new Authenticator() {
        @Override
        public boolean asksForKeys() {
          return true;
        }

        @Override
        public Verdict verify(String key) {
          AppAccess apps = key.equals("all") ? AppAccess.ALL : AppAccess.of(List.of(key));
          return new Verdict.Known(
              new Principal(key, key, Set.of(Scope.READ), apps, KeyLimits.NONE, null));
        }

        @Override
        public boolean stillHolds(Principal principal) {
          return true;
        }

        @Override
        public Future<Void> refresh() {
          return Future.succeededFuture();
        }
      };

  private int serve() {
    Router router = Router.router(database.vertx());
    TailFeed feed = new TailFeed(database.vertx(), source, 4, new Random(1));
    new TailRoutes(feed, InstantSource.system(), 60_000, new Metrics())
        .mount(
            new Routes(
                router, new Gatekeeper(BY_APPS, new Refusals(new Metrics(), System::nanoTime))));
    return await(database.vertx().createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
        .actualPort();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private AtomicReference<String> follow(String apps, String from) {
    AtomicReference<String> read = new AtomicReference<>("");
    HttpClientResponse response =
        await(
            client
                .request(
                    HttpMethod.GET, port, "127.0.0.1", "/api/v1/logs/tail?last_event_id=" + from)
                .compose(request -> request.putHeader("X-API-Key", apps).send())
                .onSuccess(
                    answer ->
                        answer.handler(
                            chunk -> read.accumulateAndGet(chunk.toString(), String::concat))));
    assertEquals(200, response.statusCode());
    return read;
  }

  @Test
  void shouldNotTellARestrictedKeyHowMuchThereIsOfOthers() {
    String from = await(source.position()).text();
    for (int i = 0; i < 10; i++) {
      database.sql("INSERT INTO commits (since, until, n) VALUES ('{}', '{}', 2)");
    }
    String told =
        Eventually.value(
            "what is missed", follow("all", from)::get, text -> text.contains("event: missed"));
    assertTrue(told.contains("{\"missed\":16,\"at_most\":true}"), told);
    String hidden =
        Eventually.value("the gap", follow("shop", from)::get, text -> text.contains("event: gap"));
    assertFalse(hidden.contains("missed"), hidden);
  }
}
