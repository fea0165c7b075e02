package io.logagg.persistence;

import io.logagg.postgres.PostgresSettings;
import io.logagg.postgres.SqlFailure;
import io.logagg.postgres.StatementTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of its own for one writer, opened when it is needed. Statements are pipelined: each
 * is a transaction by itself, so one that fails does not touch those behind it. A statement that
 * takes too long costs the connection, and with it all that are under way. Belongs to one context.
 */
final class WriterConnection {
  private static final Logger LOG = LoggerFactory.getLogger(WriterConnection.class);

  private final Vertx vertx;
  private final PostgresSettings settings;
  private final int pipelining;
  private @Nullable Future<PgConnection> current;

  WriterConnection(Vertx vertx, PostgresSettings settings, int pipelining) {
    this.vertx = vertx;
    this.settings = settings;
    this.pipelining = pipelining;
  }

  Future<RowSet<Row>> execute(BatchSql statement) {
    Future<PgConnection> connection = connection();
    PgConnection ready = connection.result();
    if (ready != null) {
      return execute(connection, ready, statement); // On the caller's context, which may be traced.
    }
    return connection.compose(open -> execute(connection, open, statement));
  }

  private Future<RowSet<Row>> execute(
      Future<PgConnection> connection, PgConnection open, BatchSql statement) {
    Promise<RowSet<Row>> promise = Promise.promise();
    long limitMs = settings.writeTimeoutMs();
    long timer =
        vertx.setTimer(
            limitMs,
            id -> {
              promise.tryFail(new StatementTimeoutException(limitMs));
              giveUp(connection);
            });
    open.preparedQuery(statement.sql())
        .execute(statement.parameters())
        .onComplete(
            result -> {
              vertx.cancelTimer(timer);
              if (result.succeeded()) {
                promise.tryComplete(result.result());
              } else {
                promise.tryFail(result.cause());
                if (SqlFailure.isOfConnection(result.cause())) {
                  giveUp(connection);
                }
              }
            });
    return promise.future();
  }

  private Future<PgConnection> connection() {
    Future<PgConnection> open = current;
    if (open != null) {
      return open;
    }
    Future<PgConnection> connecting =
        PgConnection.connect(vertx, settings.connectOptions().setPipeliningLimit(pipelining));
    Future<PgConnection> opening =
        connecting
            .compose(this::prepare)
            .timeout(PostgresSettings.CONNECT_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    // What comes too late, or cannot be set up, must not stay open.
    opening.onFailure(
        e ->
            connecting.onSuccess(
                late -> late.close().onFailure(e2 -> LOG.debug("closing a late connection", e2))));
    current = opening;
    opening.onSuccess(
        connection ->
            connection
                .closeHandler(closed -> forget(opening))
                .exceptionHandler(
                    e -> {
                      LOG.warn("a writer's connection to PostgreSQL: {}", e.getMessage());
                      giveUp(opening);
                    }));
    opening.onFailure(e -> forget(opening));
    return opening;
  }

  private Future<PgConnection> prepare(PgConnection connection) {
    return connection
        .query("SET TIME ZONE 'UTC'; SET statement_timeout = " + settings.writeTimeoutMs())
        .execute()
        .map(connection);
  }

  private void forget(Future<PgConnection> which) {
    if (current == which) {
      current = null;
    }
  }

  private void giveUp(Future<PgConnection> which) {
    forget(which);
    which.onSuccess(connection -> connection.close().onFailure(e -> LOG.debug("closing", e)));
  }

  Future<Void> close() {
    Future<PgConnection> open = current;
    current = null;
    return open == null
        ? Future.succeededFuture()
        : open.compose(PgConnection::close).otherwiseEmpty();
  }
}
