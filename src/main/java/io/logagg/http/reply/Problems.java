package io.logagg.http.reply;

import io.logagg.block.CorruptBlockException;
import io.logagg.bus.BusException;
import io.logagg.bus.Failure;
import io.logagg.postgres.AbandonedException;
import io.logagg.postgres.SqlFailure;
import io.logagg.postgres.StatementTimeoutException;
import io.logagg.postgres.UnavailableException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever ended a request into a problem reply. The one place where failures become status
 * codes.
 */
public final class Problems {
  /** What reads and what writes have a limit each, and a failure does not tell which it was. */
  private static final String TOO_SLOW =
      "PostgreSQL took longer than postgres.queryTimeoutMs allows, or postgres.writeTimeoutMs for what is changed";

  /** Behind the name of a block, and what is wrong with it. */
  private static final String DAMAGED =
      ". This sealed block is damaged, and what asks for its time fails; other times can be read. Find all such blocks with the command check, then restore them from a backup, or let retention delete their time";

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final int RETRY_AFTER_SECONDS = 2;
  private static final String ANSWERED = "logagg.problem";
  private static final String DIALECT = "logagg.dialect";

  private Problems() {}

  /**
   * Answers with the problem, unless an answer has begun; then the connection is cut, so that it is
   * not taken for whole.
   */
  public static void reply(RoutingContext ctx, Problem problem) {
    HttpServerResponse response = ctx.response();
    if (response.ended() || response.closed()) {
      return;
    }
    ctx.put(ANSWERED, problem);
    if (response.headWritten()) {
      response.reset();
      return;
    }
    Integer retryAfter = problem.retryAfterSeconds();
    if (retryAfter != null) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(retryAfter));
    }
    response.setStatusCode(problem.status());
    Dialect dialect = ctx.get(DIALECT);
    (dialect == null ? Dialect.OWN : dialect).send(ctx, problem);
  }

  /** Has what goes wrong with a request be told so. */
  public static void tellBy(RoutingContext ctx, Dialect dialect) {
    ctx.put(DIALECT, dialect);
  }

  /** What a request was answered with; null if that was no problem, or there is no answer yet. */
  public static @Nullable Problem answeredWith(RoutingContext ctx) {
    return ctx.get(ANSWERED);
  }

  /** Answers a request that is no HTTP, or has too long a head; its connection ends with it. */
  public static void unreadable(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    Problem problem =
        cause instanceof TooLongHttpLineException
            ? Problem.of(414, "the request line is too long")
            : cause instanceof TooLongHttpHeaderException
                ? Problem.of(431, "the headers are too long")
                : ofStatus(400);
    HttpServerResponse response = request.response();
    response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONNECTION, "close")
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .end(problem.toJson())
        .onComplete(sent -> request.connection().close());
  }

  /** Answers with what this failure means. */
  public static void fail(RoutingContext ctx, Throwable failure) {
    reply(ctx, of(ctx, failure));
  }

  private static Problem of(RoutingContext ctx, Throwable failure) {
    if (failure instanceof ProblemException known) {
      return known.problem();
    }
    if (failure instanceof StatementTimeoutException) {
      return Problem.of(504, TOO_SLOW);
    }
    if (failure instanceof BusException bus && bus.failure() == Failure.REFUSED) {
      return Problem.of(422, "PostgreSQL refuses it: " + bus.getMessage());
    }
    if (failure instanceof BusException bus && bus.failure() != Failure.INTERNAL) {
      return postgres(String.valueOf(bus.getMessage()));
    }
    if (failure instanceof CorruptBlockException corrupt) {
      LOG.error("{} {}: {}", ctx.request().method(), ctx.request().path(), corrupt.getMessage());
      return Problem.of(500, corrupt.getMessage() + DAMAGED);
    }
    if (failure instanceof HttpException http) {
      return ofStatus(http.getStatusCode());
    }
    if (failure instanceof PgException pg) {
      return ofPostgres(ctx, pg);
    }
    if (isConnectionLoss(failure)) {
      return postgres(String.valueOf(failure.getMessage()));
    }
    LOG.error("{} {} failed", ctx.request().method(), ctx.request().path(), failure);
    return Problem.of(500, "an error of ours: see the server's log");
  }

  /**
   * What is wrong with a request whose body broke off with this; null if nobody is there any more
   * to be told. A chunk whose size is no number, say, is an exception of the decoder's.
   */
  public static @Nullable Problem ofBrokenBody(Throwable failure) {
    return isConnectionLoss(failure)
        ? null
        : Problem.of(400, "the framing of the request's body is broken");
  }

  /**
   * Of all that can go wrong with a connection, only its own failures are not exceptions of a bug's
   * kind.
   */
  private static boolean isConnectionLoss(Throwable failure) {
    return failure instanceof IOException
        || failure instanceof VertxException
        || failure instanceof TimeoutException
        || failure instanceof UnavailableException
        || failure instanceof AbandonedException;
  }

  private static Problem ofPostgres(RoutingContext ctx, PgException error) {
    return switch (SqlFailure.of(error)) {
      case TIMEOUT -> Problem.of(504, TOO_SLOW);
      case DATA -> Problem.of(422, "PostgreSQL refuses it: " + SqlFailure.describe(error));
      case DUPLICATE -> Problem.of(409, "there is one already");
      default -> {
        LOG.warn(
            "{} {}: {}", ctx.request().method(), ctx.request().path(), SqlFailure.describe(error));
        yield postgres("PostgreSQL cannot right now");
      }
    };
  }

  private static Problem postgres(String detail) {
    return Problem.retryLater(503, detail, RETRY_AFTER_SECONDS).at(Limit.POSTGRES);
  }

  /** For what is refused before any route is asked, or by none. */
  public static Problem ofStatus(int status) {
    return Problem.of(
        status,
        switch (status) {
          case 404 -> "there is nothing at this path";
          case 405 -> "this path does not take this method";
          case 413 -> "the body is too large";
          case 400 -> "the request cannot be read";
          default -> "the request cannot be served";
        });
  }
}
