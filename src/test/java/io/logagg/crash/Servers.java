package io.logagg.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.logagg.testing.RedisProcess;
import io.logagg.testing.TemporaryFolders;
import io.vertx.redis.client.Response;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** PostgreSQL and Redis of the matrix's own, each with a proxy before it. */
final class Servers implements AutoCloseable {
  static final String STREAM = "logs:stream";
  static final String GROUP = "ingest-group";
  private static final String DEAD_LETTERS = "logs:dlq";

  private final Path folder;
  private final LimitedDisk disk;
  private final PostgresProcess postgres;
  private final RedisProcess redis;
  private final FaultProxy postgresProxy;
  private final FaultProxy redisProxy;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Servers(Path folder) throws Exception {
    this.folder = folder;
    this.disk = LimitedDisk.at(folder.resolve("postgres-data"));
    this.postgres = PostgresProcess.in(disk.folder());
    this.redis = RedisProcess.in(Files.createDirectories(folder.resolve("redis-data")));
    this.postgresProxy = new FaultProxy(postgres.port());
    this.redisProxy = new FaultProxy(URI.create(redis.url()).getPort());
  }

  static Servers start(Path folder) throws Exception {
    Servers servers = new Servers(folder);
    // They run in sessions of their own: what interrupts the tests does not reach them.
    Runtime.getRuntime().addShutdownHook(new Thread(servers::close));
    try {
      servers.postgres.start();
      servers.redis.start();
    } catch (RuntimeException | Error e) {
      servers.close();
      throw e;
    }
    return servers;
  }

  PostgresProcess postgres() {
    return postgres;
  }

  RedisProcess redis() {
    return redis;
  }

  FaultProxy postgresProxy() {
    return postgresProxy;
  }

  FaultProxy redisProxy() {
    return redisProxy;
  }

  LimitedDisk disk() {
    return disk;
  }

  /** How logagg reaches them, and limits short enough for a matrix. */
  Map<String, String> environment() {
    return Map.of(
        "LOGAGG_POSTGRES_URL", postgres.urlAt(postgresProxy.port()),
        "LOGAGG_REDIS_URL",
            "redis://:" + RedisProcess.password() + "@127.0.0.1:" + redisProxy.port() + "/0",
        "LOGAGG_CONSUMER_CLAIM_IDLE_MS", "3000",
        "LOGAGG_REDIS_COMMAND_TIMEOUT_MS", "1500",
        "LOGAGG_POSTGRES_WRITE_TIMEOUT_MS", "5000",
        "LOGAGG_POSTGRES_QUERY_TIMEOUT_MS", "5000",
        "LOGAGG_SHUTDOWN_TIMEOUT_MS", "10000");
  }

  /**
   * Copies what tells where a record went: all that was said to Redis, and the keys in PostgreSQL.
   */
  void keepEvidence(Path to) throws Exception {
    Path log = folder.resolve("redis-data").resolve("appendonlydir");
    Path copy = Files.createDirectories(to.resolve("appendonlydir"));
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    try (Connection connection = postgres.connect();
        ResultSet rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT key, entry_ms, stored_at FROM stored_entries ORDER BY stored_at");
        PrintWriter out = new PrintWriter(to.resolve("stored_entries.txt").toFile(), UTF_8)) {
      while (rows.next()) {
        out.println(rows.getString(1) + ' ' + rows.getString(2) + ' ' + rows.getString(3));
      }
    }
  }

  /** What Redis still holds that is not dealt with; empty when that is nothing. */
  String backlog() {
    long entries = length(STREAM);
    long pending = pending(STREAM);
    long letters = pending(DEAD_LETTERS);
    String groups = lag(DEAD_LETTERS);
    return entries == 0 && pending == 0 && letters == 0 && groups.isEmpty()
        ? ""
        : "%d entries, %d pending, %d dead letters pending, %s"
            .formatted(entries, pending, letters, groups);
  }

  private long length(String key) {
    return redis.call("XLEN", key).toLong();
  }

  private boolean exists(String key) {
    return redis.call("EXISTS", key).toLong() > 0;
  }

  private long pending(String key) {
    if (exists(key)) {
      for (Response group : redis.call("XINFO", "GROUPS", key)) {
        if (value(group, "name").equals(GROUP)) {
          return Long.parseLong(value(group, "pending"));
        }
      }
    }
    return 0;
  }

  /** Which groups have not read all. */
  private String lag(String key) {
    if (!exists(key)) {
      return "";
    }
    StringBuilder behind = new StringBuilder();
    for (Response group : redis.call("XINFO", "GROUPS", key)) {
      String last = value(group, "last-delivered-id");
      Response newest = redis.call("XREVRANGE", key, "+", "-", "COUNT", "1");
      if (newest.size() > 0 && !newest.get(0).get(0).toString().equals(last)) {
        behind.append(key).append(" read up to ").append(last);
      }
    }
    return behind.toString();
  }

  /** A named value of what XINFO answers. */
  static String value(Response info, String name) {
    if (info.isMap()) {
      return info.get(name).toString();
    }
    for (int i = 0; i + 1 < info.size(); i += 2) {
      if (info.get(i).toString().equals(name)) {
        return info.get(i + 1).toString();
      }
    }
    throw new IllegalStateException("no " + name);
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    postgresProxy.close();
    redisProxy.close();
    redis.close();
    postgres.close();
    disk.close();
    TemporaryFolders.delete(folder);
  }
}
