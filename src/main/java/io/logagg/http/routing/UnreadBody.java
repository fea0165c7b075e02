package io.logagg.http.routing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/** Requests that are answered before their body was read to its end. */
public final class UnreadBody {
  /**
   * How long the rest of a body is read and thrown away, so that the sender gets to see the answer.
   */
  private static final long DISCARD_MS = 5_000;

  /** All that can be said of the stream is that the rest is not needed (RFC 9113 §8.1). */
  private static final long NO_ERROR = 0;

  private UnreadBody() {}

  /**
   * Answers and reads on without looking, until {@link #endSoon} puts an end to it; the connection
   * closes, since the rest of the body stands in its way. Without a body it only answers.
   */
  public static void answer(RoutingContext ctx, Runnable reply) {
    HttpServerRequest request = ctx.request();
    if (request.isEnded() || !mayHaveBody(request) || ctx.response().headWritten()) {
      reply.run();
      request.resume();
      return;
    }
    if (request.version() != HttpVersion.HTTP_2) { // There, only this stream has more to read.
      ctx.response().putHeader(HttpHeaders.CONNECTION, "close");
    }
    reply.run();
    request.handler((Buffer chunk) -> {});
    request.resume();
  }

  /**
   * Ends the body of a request that is answered, if it still goes on after a while: whoever needs
   * no answer could send for ever, and needs no key for it. For every request, at the end of its
   * answer.
   */
  public static void endSoon(Vertx vertx, HttpServerRequest request) {
    if (!request.isEnded() && mayHaveBody(request)) {
      // The end of most is in what was read already.
      vertx.runOnContext(next -> endLater(vertx, request));
    }
  }

  private static void endLater(Vertx vertx, HttpServerRequest request) {
    if (request.isEnded()) {
      return;
    }
    long timer = vertx.setTimer(DISCARD_MS, id -> end(request));
    request.exceptionHandler(e -> vertx.cancelTimer(timer));
    request.endHandler(end -> vertx.cancelTimer(timer));
  }

  private static void end(HttpServerRequest request) {
    if (request.isEnded()) {
      return;
    }
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(NO_ERROR); // Other streams go on.
    } else {
      request.connection().close();
    }
  }

  /** As RFC 9112 §6.3 tells it of HTTP/1; of HTTP/2, only the end tells. */
  private static boolean mayHaveBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.version() == HttpVersion.HTTP_2
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }
}
