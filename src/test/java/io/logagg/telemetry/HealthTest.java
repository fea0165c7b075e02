package io.logagg.telemetry;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.telemetry.Health.Check;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HealthTest {
  private final Vertx vertx = Vertx.vertx();
  private final Health health = new Health(vertx, checks -> true);

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void shouldTellEachCheckByItsName() {
    health.add("good", Future::succeededFuture);
    health.add("bad", () -> Future.failedFuture("broken"));
    assertEquals(
        Map.of("good", new Check(true, null), "bad", new Check(false, "broken")),
        await(health.run()));
  }

  @Test
  void shouldAnswerThoughACheckNeverDoes() {
    health.add("good", Future::succeededFuture);
    health.add("hangs", () -> Promise.<Void>promise().future());
    Map<String, Check> checks = await(health.run());
    assertTrue(checks.get("good").up());
    assertFalse(checks.get("hangs").up());
  }

  @Test
  void shouldTellStrangersWhatIsDownAndNotWhy() {
    health.add("good", Future::succeededFuture);
    health.add("bad", () -> Future.failedFuture("no route to db.internal"));
    HealthReport told = await(health.report()).withoutDetails();
    assertEquals(
        Map.of("good", new Check(true, null), "bad", new Check(false, null)), told.checks());
    assertEquals(200, told.httpStatus());
    assertEquals("degraded", told.body().get("status"));
  }

  @Test
  void shouldTakeACheckThatThrowsForDown() {
    health.add(
        "throws",
        () -> {
          throw new IllegalStateException("broken");
        });
    assertFalse(await(health.run()).get("throws").up());
  }
}
