package io.logagg.http;

import io.logagg.http.routing.UnreadBody;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose clients take too long. The idle timeout of Vert.x starts anew at every
 * byte, so a byte a second would hold a connection for ever; the limits here count from where the
 * client was to do something. Belongs to one verticle's context.
 */
final class SlowConnections {
  private static final String WATCHED = "logagg.watched";
  private static final long SWEEP_MS = 500;

  private final Vertx vertx;
  private final OpenConnections open;
  private final long idleNanos;
  private final long minBytes;
  private final LongSupplier nanoClock;
  private final Map<HttpConnection, Watch> watches = new HashMap<>();
  private final long timer;

  /**
   * Starts watching.
   *
   * @param idleTimeoutMs in which a whole head must come, and over which bytes are counted
   * @param minBytesPerSecond of a body that is awaited or an answer that is not read, 0 for any
   * @param nanoClock monotonic
   */
  SlowConnections(
      Vertx vertx,
      OpenConnections open,
      int idleTimeoutMs,
      int minBytesPerSecond,
      LongSupplier nanoClock) {
    this.vertx = vertx;
    this.open = open;
    this.idleNanos = idleTimeoutMs * 1_000_000L;
    this.minBytes = (long) minBytesPerSecond * idleTimeoutMs / 1000;
    this.nanoClock = nanoClock;
    this.timer = vertx.setPeriodic(SWEEP_MS, id -> sweep());
  }

  /** One connection, and when it last began to wait for a request. */
  private static final class Watch {
    private final Set<Transfer> active = new HashSet<>();
    private long idleSince;

    Watch(long now) {
      this.idleSince = now;
    }
  }

  /** One request, and where it stood when bytes were last counted. */
  private static final class Transfer {
    private final HttpServerRequest request;
    private long bodySince;
    private long bodyBytes;
    private long answerSince;
    private long answerBytes;

    Transfer(HttpServerRequest request, long now) {
      this.request = request;
      this.bodySince = now;
      this.answerSince = now;
    }
  }

  /** For every connection, before its first request. */
  void opened(HttpConnection connection) {
    if (!open.acquire()) {
      open.close(connection, "connections");
      return;
    }
    watches.put(connection, new Watch(nanoClock.getAsLong()));
    DeepPipelines.watch(open, connection);
    connection.closeHandler(
        closed -> {
          watches.remove(connection);
          open.release();
        });
  }

  /** The first handler of every request. */
  void routed(RoutingContext ctx) {
    HttpConnection connection = ctx.request().connection();
    Watch watch = watches.get(connection);
    // A request that is routed anew is watched already; one of a refused connection never is.
    if (watch == null || ctx.get(WATCHED) != null) {
      ctx.next();
      return;
    }
    ctx.put(WATCHED, true);
    Transfer transfer = new Transfer(ctx.request(), nanoClock.getAsLong());
    watch.active.add(transfer);
    ctx.addEndHandler(
        end -> {
          watch.active.remove(transfer);
          watch.idleSince = nanoClock.getAsLong();
          UnreadBody.endSoon(vertx, transfer.request);
        });
    goOnceAnswersAreRead(ctx);
  }

  /**
   * Requests that are sent without reading the answers to earlier ones would have these pile up. A
   * request with a body cannot wait here, and RFC 9112 §9.3.2 has no client send it so early.
   */
  private void goOnceAnswersAreRead(RoutingContext ctx) {
    HttpServerResponse response = ctx.response();
    HttpMethod method = ctx.request().method();
    if (!response.writeQueueFull()) {
      ctx.next();
    } else if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      response.drainHandler(
          drained -> {
            response.drainHandler(null);
            ctx.next();
          });
    } else {
      open.close(ctx.request().connection(), "answer");
    }
  }

  private void sweep() {
    long now = nanoClock.getAsLong();
    List.copyOf(watches.entrySet())
        .forEach(
            entry -> {
              String reason = tooSlow(entry.getValue(), now);
              if (reason != null) {
                open.close(entry.getKey(), reason);
              }
            });
  }

  private @Nullable String tooSlow(Watch watch, long now) {
    if (watch.active.isEmpty()) {
      return now - watch.idleSince > idleNanos ? "head" : null;
    }
    for (Transfer transfer : watch.active) {
      if (bodyIsSlow(transfer, now)) {
        return "body";
      }
      if (answerIsSlow(transfer, now)) {
        return "answer";
      }
    }
    return null;
  }

  private boolean bodyIsSlow(Transfer transfer, long now) {
    if (transfer.request.isEnded()) {
      return false;
    }
    long bytes = transfer.request.bytesRead();
    if (bytes - transfer.bodyBytes >= minBytes) {
      transfer.bodyBytes = bytes;
      transfer.bodySince = now;
    }
    return now - transfer.bodySince > idleNanos;
  }

  private boolean answerIsSlow(Transfer transfer, long now) {
    HttpServerResponse response = transfer.request.response();
    long bytes = response.bytesWritten();
    // One that has ended would throw if asked; it is still here where its end never came out.
    boolean waits = response.ended() || response.writeQueueFull();
    if (!waits || bytes - transfer.answerBytes >= minBytes) {
      transfer.answerBytes = bytes;
      transfer.answerSince = now;
    }
    return now - transfer.answerSince > idleNanos;
  }

  void close() {
    vertx.cancelTimer(timer);
  }
}
