package io.logagg.http.admin;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.access.Authenticator;
import io.logagg.bus.Bus;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.Refusals;
import io.logagg.http.routing.Routes;
import io.logagg.persistence.DeadLetterEditor;
import io.logagg.persistence.PersistenceOptions;
import io.logagg.persistence.PersistenceVerticle;
import io.logagg.persistence.RetentionLimits;
import io.logagg.persistence.SealingTimes;
import io.logagg.protocol.RecordRules;
import io.logagg.query.DeadLetterSearch;
import io.logagg.record.TimeWindow;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.TestDatabase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that have no time for more than their first step. */
final class DlqRoutesTest {
  private final TestDatabase database = TestDatabase.open();

  /** Kept, since one that nobody refers to closes its connections when it is collected. */
  private final HttpClient client = database.vertx().createHttpClient();

  private final int port = serve();

  private int serve() {
    Bus.register(database.vertx());
    InstantSource clock = InstantSource.system();
    await(
        database
            .vertx()
            .deployVerticle(
                new PersistenceVerticle(
                    new PersistenceOptions(
                        database.database(),
                        2,
                        new TimeWindow(0, 2),
                        RecordRules.NONE,
                        List.of(),
                        1_000_000,
                        1L << 30,
                        RetentionLimits.of(0, 0),
                        SealingTimes.of(0, 1000),
                        new Metrics(),
                        clock))));
    Router router = Router.router(database.vertx());
    new DlqRoutes(
            new DeadLetterSearch(database.database()),
            new DeadLetterEditor(database.database()),
            Bus.of(database.vertx(), 25_000),
            clock,
            1 << 20,
            0)
        .mount(
            new Routes(
                router,
                new Gatekeeper(Authenticator.OPEN, new Refusals(new Metrics(), System::nanoTime))));
    return await(database.vertx().createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
        .actualPort();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void insert(int count, String payload) {
    database.sql(
        """
        INSERT INTO dead_letters (id, payload, kind, reason, source, first_seen, last_seen)
        SELECT gen_random_uuid(), convert_to('{payload}', 'UTF8'), 'other', 'r', 's', now(), now()
        FROM generate_series(1, {count})"""
            .replace("{payload}", payload)
            .replace("{count}", String.valueOf(count)));
  }

  private record Answer(JsonObject body, String next) {}

  private Answer send(HttpMethod method, String path) {
    return await(
        client
            .request(method, port, "127.0.0.1", path)
            .compose(request -> request.send())
            .compose(
                response -> response.body().map(body -> answer(response, body.toJsonObject()))));
  }

  private static Answer answer(HttpClientResponse response, JsonObject body) {
    assertEquals(200, response.statusCode(), body::encode);
    String link = response.getHeader("Link");
    return new Answer(body, link == null ? null : link.substring(1, link.indexOf('>')));
  }

  @Test
  void shouldReplayOnAtTheLinkAndTryEachOnce() {
    insert(600, "{\"app\":\"a\",\"message\":\"m\"}");
    insert(600, "{\"app\":\"a\"}");
    int replayed = 0;
    int failed = 0;
    List<Boolean> more = new ArrayList<>();
    for (String path = "/api/v1/dlq/replay?source=s"; path != null; ) {
      Answer answer = send(HttpMethod.POST, path);
      replayed += answer.body().getInteger("replayed");
      failed += answer.body().getInteger("failed");
      more.add(answer.body().getBoolean("more"));
      path = answer.next();
    }
    assertEquals(600, replayed);
    assertEquals(600, failed);
    assertEquals(3, more.size());
    assertTrue(more.get(0) && more.get(1) && more.get(2) == null, more::toString);
    assertEquals(600, database.number("SELECT count(*) FROM logs"));
    assertEquals(
        List.of("600 missing_field 2"),
        database.texts(
            "SELECT count(*) || ' ' || kind || ' ' || tries FROM dead_letters GROUP BY kind, tries"));
  }

  @Test
  void shouldDeleteOnWhenAskedAgain() {
    insert(6000, "x");
    JsonObject first = send(HttpMethod.DELETE, "/api/v1/dlq").body();
    assertEquals(new JsonObject().put("deleted", 5000).put("more", true), first);
    JsonObject second = send(HttpMethod.DELETE, "/api/v1/dlq").body();
    assertEquals(new JsonObject().put("deleted", 1000), second);
  }
}
