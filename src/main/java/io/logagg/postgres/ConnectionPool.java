package io.logagg.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pool of connections, and how much of it is used. Thread-safe. */
final class ConnectionPool {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);

  /** Callers that wait for a connection beyond this many are turned away. */
  private static final int MAX_WAITING = 500;

  private final String name;
  private final int maxConnections;
  private final Pool pool;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger inUse = new AtomicInteger();

  private ConnectionPool(String name, int maxConnections, Pool pool) {
    this.name = name;
    this.maxConnections = maxConnections;
    this.pool = pool;
  }

  static ConnectionPool open(Vertx vertx, PostgresSettings settings, String name, int size) {
    PoolOptions options =
        new PoolOptions()
            .setMaxSize(size)
            .setMaxWaitQueueSize(MAX_WAITING)
            // The pool's own limit fails what it has handed out already, now and then.
            .setConnectionTimeout(0)
            // Before the socket's own limit closes one that has just been handed out.
            .setIdleTimeout(settings.longestMs())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    Pool pool =
        PgBuilder.pool()
            .with(options)
            .with(settings.netOptions())
            .connectingTo(settings.connectOptions())
            .withConnectHandler(connection -> prepare(connection))
            .using(vertx)
            .build();
    return new ConnectionPool(name, size, pool);
  }

  /**
   * Times are UTC whatever the server's default, and the pool takes the connection then. Rows lie
   * about in the order of their key: with the default of 4, PostgreSQL takes a range of it for so
   * scattered that it goes through whole partitions instead. What somebody has set stays.
   */
  private static void prepare(SqlConnection connection) {
    connection
        .query(
            """
            SET TIME ZONE 'UTC';
            SELECT set_config('random_page_cost', '1.1', false) FROM pg_settings
            WHERE name = 'random_page_cost' AND source = 'default'""")
        .execute()
        .onFailure(e -> LOG.warn("setting up a connection to PostgreSQL: {}", e.getMessage()))
        .eventually(connection::close);
  }

  /** The pool itself, for what is not counted. */
  Pool pool() {
    return pool;
  }

  /** A connection, after which {@link #givenBack} must be called once. */
  Future<SqlConnection> acquire() {
    waiting.incrementAndGet();
    Future<SqlConnection> acquiring = pool.getConnection();
    Future<SqlConnection> inTime =
        acquiring.timeout(PostgresSettings.CONNECT_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    inTime.onFailure(
        e ->
            acquiring.onSuccess(
                late -> late.close().onFailure(e2 -> LOG.debug("giving a late one back", e2))));
    return inTime
        .onComplete(done -> waiting.decrementAndGet())
        .onSuccess(connection -> inUse.incrementAndGet());
  }

  void givenBack() {
    inUse.decrementAndGet();
  }

  String name() {
    return name;
  }

  int maxConnections() {
    return maxConnections;
  }

  int inUse() {
    return inUse.get();
  }

  /** Open and in nobody's use. */
  int idle() {
    return Math.max(0, pool.size() - inUse.get());
  }

  /** Callers that wait for a connection. */
  int waiting() {
    return waiting.get();
  }

  Future<Void> close() {
    return pool.close();
  }
}
