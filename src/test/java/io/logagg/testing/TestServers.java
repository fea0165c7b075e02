package io.logagg.testing;

import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The real PostgreSQL and Redis that tests run on, one pair for all of them: those that {@code
 * LOGAGG_TEST_POSTGRES_URL} and {@code LOGAGG_TEST_REDIS_URL} name, else containers where Docker
 * answers, else the embedded ones. Everything in them is deleted by {@link #reset}.
 */
public final class TestServers {
  private static final long LIMIT_SECONDS = 30;
  private static final TestServers INSTANCE = start();

  private final String postgresUrl;
  private final String redisUrl;

  private TestServers(String postgresUrl, String redisUrl) {
    this.postgresUrl = postgresUrl;
    this.redisUrl = redisUrl;
  }

  /** The pair, emptied. */
  public static TestServers reset() {
    INSTANCE.empty();
    return INSTANCE;
  }

  public String postgresUrl() {
    return postgresUrl;
  }

  public String redisUrl() {
    return redisUrl;
  }

  private static TestServers start() {
    String postgres = System.getenv("LOGAGG_TEST_POSTGRES_URL");
    String redis = System.getenv("LOGAGG_TEST_REDIS_URL");
    if (postgres != null && redis != null) {
      return new TestServers(postgres, redis);
    }
    return DockerClientFactory.instance().isDockerAvailable() ? containers() : embedded();
  }

  /** Stopped by Testcontainers' own reaper. */
  @SuppressWarnings("resource")
  private static TestServers containers() {
    PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:18");
    GenericContainer<?> redis = new GenericContainer<>("redis:7").withExposedPorts(6379);
    postgres.start();
    redis.start();
    return new TestServers(
        "postgresql://%s:%s@%s:%d/%s"
            .formatted(
                postgres.getUsername(),
                postgres.getPassword(),
                postgres.getHost(),
                postgres.getFirstMappedPort(),
                postgres.getDatabaseName()),
        "redis://%s:%d/0".formatted(redis.getHost(), redis.getFirstMappedPort()));
  }

  private static TestServers embedded() {
    try {
      Path folder = Files.createTempDirectory("logagg-test-servers");
      EmbeddedServers servers = new EmbeddedServers(EmbeddedOptions.both(folder));
      servers.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(servers, folder)));
      return new TestServers(servers.postgresUrl().orElseThrow(), servers.redisUrl().orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void close(EmbeddedServers servers, Path folder) {
    servers.close();
    TemporaryFolders.delete(folder);
  }

  /** Runs SQL behind the back of whoever uses the database. */
  public void sql(String sql) {
    Vertx vertx = Vertx.vertx();
    try {
      sql(vertx, sql);
    } finally {
      await(vertx.close());
    }
  }

  private void sql(Vertx vertx, String sql) {
    await(
        PgConnection.connect(vertx, postgresUrl)
            .compose(connection -> connection.query(sql).execute().eventually(connection::close)));
  }

  private void empty() {
    Vertx vertx = Vertx.vertx();
    try {
      sql(vertx, "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public");
      Redis redis = Redis.createClient(vertx, redisUrl);
      await(redis.send(Request.cmd(Command.FLUSHALL)).eventually(redis::close));
    } finally {
      await(vertx.close());
    }
  }

  /** The result, within the time that anything here may take. */
  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("not done after " + LIMIT_SECONDS + " s", e);
    }
  }
}
