package io.logagg.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Scrape;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private final Metrics metrics = new Metrics();

  private Scrape scrape() {
    return Scrape.of(metrics.scrape());
  }

  @Test
  void shouldCountByLabels() {
    Family<Counter> counters = metrics.counters("logagg.test.things", "A test", "kind");
    counters.of("good").increment(3);
    counters.of("bad").increment();
    assertSame(counters.of("good"), counters.of("good"));
    Scrape scrape = scrape();
    assertEquals(3, scrape.sum("logagg_test_things_total", "kind", "good"));
    assertEquals(1, scrape.sum("logagg_test_things_total", "kind", "bad"));
    assertEquals("counter", scrape.types().get("logagg_test_things_total"));
    assertEquals("A test", scrape.help().get("logagg_test_things_total"));
    assertThrows(IllegalArgumentException.class, () -> counters.of("one", "two"));
  }

  @Test
  void shouldPutDurationsIntoFewBuckets() {
    Family<Timer> durations = metrics.durations("logagg.test.duration", "A test", "kind");
    durations.of("x").record(Duration.ofMillis(60));
    durations.of("x").record(Duration.ofMinutes(1));
    Scrape scrape = scrape();
    assertEquals("histogram", scrape.types().get("logagg_test_duration_seconds"));
    assertEquals(0, scrape.sum("logagg_test_duration_seconds_bucket", "le", "0.02"));
    assertEquals(1, scrape.sum("logagg_test_duration_seconds_bucket", "le", "0.1"));
    assertEquals(1, scrape.sum("logagg_test_duration_seconds_bucket", "le", "30.0"));
    assertEquals(2, scrape.sum("logagg_test_duration_seconds_bucket", "le", "+Inf"));
    assertEquals(
        10,
        scrape.samples().stream()
            .filter(sample -> sample.name().equals("logagg_test_duration_seconds_bucket"))
            .count());
  }

  @Test
  void shouldAddUpWhatInstancesShow() {
    metrics.sum("logagg.test.bytes", "A test", () -> 3);
    metrics.sum("logagg.test.bytes", "A test", () -> 4);
    assertEquals(7, scrape().sum("logagg_test_bytes"));
  }

  @Test
  void shouldShowTheProcessInBaseUnits() {
    metrics.showRuntime("1.2.3");
    Scrape scrape = scrape();
    assertEquals(1, scrape.sum("logagg_build_info", "version", "1.2.3"));
    assertTrue(scrape.sum("process_cpu_seconds_total") > 0);
    assertTrue(scrape.sum("process_open_fds") > 0);
    assertTrue(scrape.sum("jvm_memory_used_bytes", "area", "heap") > 0);
    assertTrue(scrape.sum("jvm_threads_live_threads") > 0);
    assertTrue(scrape.sum("system_cpus") > 0);
    scrape
        .types()
        .keySet()
        .forEach(name -> assertFalse(name.matches(".*_(ms|ns)(_total)?|system_cpu_count"), name));
  }

  /** A pool of a client has a random name, and a new one with each connection. */
  @Test
  void shouldShowNoPoolsButThoseOfThreads() {
    VertxOptions options = new VertxOptions().setMetricsOptions(Metrics.vertxOptions());
    Vertx vertx = Vertx.builder().with(options).withMetrics(metrics.vertxFactory()).build();
    try {
      VertxInternal internal = (VertxInternal) vertx;
      internal.metrics().createPoolMetrics("redis", "random", 1);
      Scrape scrape = scrape();
      assertTrue(
          scrape.samples().stream()
              .filter(sample -> sample.name().startsWith("vertx_pool_"))
              .allMatch(sample -> "worker".equals(sample.labels().get("pool_type"))));
      assertTrue(scrape.types().containsKey("vertx_pool_in_use"));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
