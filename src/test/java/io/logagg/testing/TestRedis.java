package io.logagg.testing;

import static io.logagg.testing.TestServers.await;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** An emptied Redis, and a connection of the test's own to it. */
public final class TestRedis implements AutoCloseable {
  private final TestServers servers = TestServers.reset();
  private final Vertx vertx = Vertx.vertx();
  private final RedisConnection connection =
      await(
          Redis.createClient(
                  vertx,
                  new RedisOptions()
                      .setConnectionString(servers.redisUrl())
                      .setMaxWaitingHandlers(100_000))
              .connect());

  private TestRedis() {}

  public static TestRedis open() {
    return new TestRedis();
  }

  public Vertx vertx() {
    return vertx;
  }

  public TestServers servers() {
    return servers;
  }

  public String url() {
    return servers.redisUrl();
  }

  public Response command(Command command, String... arguments) {
    Request request = Request.cmd(command);
    for (String argument : arguments) {
      request.arg(argument);
    }
    return await(connection.send(request));
  }

  /** The answer to a request of the program's own. */
  public Response send(Request request) {
    return await(connection.send(request));
  }

  /** Appends an entry of one field; its id. */
  public String add(String stream, String field, String value) {
    return command(Command.XADD, stream, "*", field, value).toString();
  }

  public long length(String stream) {
    return command(Command.XLEN, stream).toLong();
  }

  /** How many entries of the stream are pending in the group. */
  public long pending(String stream, String group) {
    return command(Command.XPENDING, stream, group).get(0).toLong();
  }

  /** Closes the connections of all others. */
  public void killClients() {
    command(Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
  }

  /** How many connections there are, the test's own included. */
  public long clients() {
    return command(Command.CLIENT, "LIST").toString().lines().count();
  }

  /** Waits until one of the others waits for something. */
  public void awaitBlockedClient() {
    Eventually.value(
        "a blocked client",
        () -> command(Command.INFO, "clients").toString(),
        info -> !info.contains("blocked_clients:0"));
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
