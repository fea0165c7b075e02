package io.logagg.embedded;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Asks the servers through the clients that logagg itself uses, one connection for each call. */
final class Clients implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();

  /** The first column of every row, as text. */
  List<String> sql(String url, String sql) {
    PgConnection connection = await(PgConnection.connect(vertx, PgConnectOptions.fromUri(url)));
    try {
      List<String> values = new ArrayList<>();
      await(connection.query(sql).execute())
          .forEach(row -> values.add(String.valueOf(row.getValue(0))));
      return values;
    } finally {
      await(connection.close());
    }
  }

  String redis(String url, Command command, String... arguments) {
    Redis client = Redis.createClient(vertx, url);
    try {
      RedisConnection connection = await(client.connect());
      Request request = Request.cmd(command);
      for (String argument : arguments) {
        request.arg(argument);
      }
      Response response = await(connection.send(request));
      return String.valueOf(response);
    } finally {
      client.close();
    }
  }

  /** Polls, because what is waited for happens in other processes. */
  static void awaitTrue(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
      }
      Thread.sleep(10);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
