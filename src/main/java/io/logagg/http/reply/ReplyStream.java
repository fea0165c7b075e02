package io.logagg.http.reply;

import io.logagg.postgres.Abandonment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * An answer that is written in pieces, at its reader's pace: the next piece is made while one goes
 * out, and no other before that has gone. Belongs to the request's context.
 */
public final class ReplyStream {
  private final HttpServerResponse response;
  private final Abandonment abandonment = new Abandonment();
  private final Promise<Void> done = Promise.promise();

  private ReplyStream(HttpServerResponse response) {
    this.response = response;
  }

  /** To be called while the request is being routed, so that no end of it is missed. */
  public static ReplyStream of(RoutingContext ctx) {
    ReplyStream reply = new ReplyStream(ctx.response());
    abandonedBy(ctx, reply.abandonment);
    return reply;
  }

  /** What happens once the client has gone away before its answer was complete. */
  public static Abandonment abandonmentOf(RoutingContext ctx) {
    Abandonment abandonment = new Abandonment();
    abandonedBy(ctx, abandonment);
    return abandonment;
  }

  /** It happens once the client has gone away before its answer was complete. */
  public static void abandonedBy(RoutingContext ctx, Abandonment abandonment) {
    ctx.response().closeHandler(closed -> abandonment.happen());
    ctx.response().exceptionHandler(e -> abandonment.happen());
  }

  /** A part of the body. */
  public record Piece(Buffer bytes, boolean last) {}

  /** Makes the pieces, one at a time. */
  public interface Source {
    /** Fails if there is none to be had; the answer is cut then. */
    Future<Piece> next();
  }

  /** Told once the client has gone away. */
  public Abandonment abandonment() {
    return abandonment;
  }

  /**
   * Writes all pieces, beginning with one that is there already. The head is sent with it, so it
   * must be complete. Done when all has gone out; fails if a piece does, or the connection.
   */
  public Future<Void> send(Piece first, Source rest) {
    response.setChunked(!first.last());
    write(first, rest);
    return done.future();
  }

  private void write(Piece piece, Source rest) {
    if (piece.last()) {
      response.end(piece.bytes()).onComplete(done);
      return;
    }
    Future<Void> written = response.write(piece.bytes());
    Future<Piece> next = rest.next();
    Future.all(written, next)
        .onSuccess(both -> write(next.result(), rest))
        .onFailure(done::tryFail);
  }
}
