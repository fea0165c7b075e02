package io.logagg;

import io.logagg.config.Config;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresMeters;
import io.logagg.query.AlertNumbers;
import io.logagg.query.DeadLetterMeters;
import io.logagg.query.StorageMeters;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.StreamNames;
import io.logagg.stream.StreamWatch;
import io.logagg.telemetry.Health;
import io.logagg.telemetry.Health.Check;
import io.logagg.telemetry.Metrics;
import io.logagg.telemetry.MetricsServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the servers now and then for the metrics of this process, whichever roles it has, so
 * that a scrape asks nobody; and serves them at {@code metrics.port}. One for a process.
 */
final class WatchVerticle extends VerticleBase {
  private final Config config;
  private final Database database;
  private final RedisSettings redis;
  private final StreamNames names;
  private final Metrics metrics;
  private final Optional<Supplier<Future<Void>>> embeddedProbe;
  private final InstantSource clock;
  private volatile @Nullable StreamWatch watch;

  WatchVerticle(
      Config config,
      Database database,
      RedisSettings redis,
      StreamNames names,
      Metrics metrics,
      Optional<Supplier<Future<Void>>> embeddedProbe,
      InstantSource clock) {
    this.config = config;
    this.database = database;
    this.redis = redis;
    this.names = names;
    this.metrics = metrics;
    this.embeddedProbe = embeddedProbe;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    StreamWatch streams = StreamWatch.open(vertx, redis, names, metrics);
    watch = streams;
    PostgresMeters.start(vertx, database, metrics);
    DeadLetterMeters.start(vertx, database, metrics);
    StorageMeters.start(vertx, database, metrics, clock);
    AlertNumbers.start(vertx, database, metrics, clock);
    if (!config.metrics().enabled()) {
      return Future.succeededFuture();
    }
    Health health = new Health(vertx, this::anyRoleWorks);
    health.add("postgres", () -> database.ping(1500));
    health.add("redis", streams::ping);
    embeddedProbe.ifPresent(probe -> health.add("embedded", probe));
    return new MetricsServer(metrics, health)
        .listen(vertx, config.metrics().host(), config.metrics().port());
  }

  /**
   * For how long the oldest record has waited to be stored, in milliseconds, as far as it is known.
   * Thread-safe.
   */
  long oldestWaitingMs() {
    StreamWatch streams = watch;
    return streams == null ? 0 : streams.oldestWaitingMs();
  }

  /** The API can do something with either server; a worker moves records from one to the other. */
  private boolean anyRoleWorks(Map<String, Check> checks) {
    boolean postgres = Health.isUp(checks, "postgres");
    boolean redisIsUp = Health.isUp(checks, "redis");
    return config.http().instances() > 0 ? postgres || redisIsUp : postgres && redisIsUp;
  }

  @Override
  public Future<?> stop() {
    StreamWatch streams = watch;
    return streams == null ? Future.succeededFuture() : streams.close();
  }
}
