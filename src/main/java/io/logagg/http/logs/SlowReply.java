package io.logagg.http.logs;

import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problems;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/**
 * An answer in JSON that may take longer than a connection may be idle: once its status is sure,
 * blanks go out from time to time, which JSON allows before a value. Should it fail after the first
 * of them, the connection is cut, so that the client never takes it for done.
 */
final class SlowReply {
  private final RoutingContext ctx;
  private final long blankEveryMs;

  /**
   * For one request.
   *
   * @param blankEveryMs well below the time that a connection may be idle
   */
  SlowReply(RoutingContext ctx, long blankEveryMs) {
    this.ctx = ctx;
    this.blankEveryMs = blankEveryMs;
  }

  /**
   * Answers 200 with what the future gives, or with its failure.
   *
   * @param isSure whether it will be 200, unless the work breaks off
   */
  void send(Future<?> body, BooleanSupplier isSure) {
    HttpServerResponse response = ctx.response();
    long timer =
        ctx.vertx()
            .setPeriodic(
                blankEveryMs,
                id -> {
                  if (isSure.getAsBoolean() && !response.closed()) {
                    begin(response);
                    response.write(" ").onFailure(e -> ctx.vertx().cancelTimer(id));
                  }
                });
    body.onComplete(
        result -> {
          ctx.vertx().cancelTimer(timer);
          if (result.failed()) {
            Problems.fail(ctx, result.cause());
          } else if (response.headWritten()) {
            response.end(JsonReply.write(result.result()));
          } else {
            JsonReply.send(ctx, 200, result.result());
          }
        });
  }

  private static void begin(HttpServerResponse response) {
    if (!response.headWritten()) {
      response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    }
  }
}
