package io.logagg.http.request;

import io.logagg.http.inflate.CorruptBodyException;
import io.logagg.http.inflate.Inflation;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;

/**
 * Reads a body, inflated, up to a limit, a bounded number of bytes a turn of the event loop. For
 * all routes but ingest, whose bodies are larger than memory. Belongs to the request's context.
 */
public final class BodyReader {
  private static final int BUFFER_BYTES = 16 << 10;
  private static final int BYTES_PER_TURN = 256 << 10;

  private final Context context = Vertx.currentContext();
  private final HttpServerRequest request;
  private final Inflation inflation;
  private final int maxBytes;
  private final Sink sink;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Promise<Void> done = Promise.promise();
  private long size;
  private boolean chunkPending;
  private boolean ended;

  private BodyReader(HttpServerRequest request, Inflation inflation, int maxBytes, Sink sink) {
    this.request = request;
    this.inflation = inflation;
    this.maxBytes = maxBytes;
    this.sink = sink;
  }

  /** Takes the body, piece by piece. */
  private interface Sink {
    void feed(byte[] bytes, int length) throws FramingException;

    void end() throws FramingException;
  }

  /**
   * The whole body. Must be called while the request is being routed. A failure is a {@link
   * ProblemException} or a lost connection.
   */
  public static Future<byte[]> read(RoutingContext ctx, int maxBytes) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
    Sink sink =
        new Sink() {
          @Override
          public void feed(byte[] bytes, int length) {
            body.write(bytes, 0, length);
          }

          @Override
          public void end() {}
        };
    return start(ctx, maxBytes, sink).map(done -> body.toByteArray());
  }

  /** The same, cut into records as it comes in; how many bytes it was. */
  public static Future<Long> split(RoutingContext ctx, int maxBytes, BodySplitter splitter) {
    return start(
        ctx,
        maxBytes,
        new Sink() {
          @Override
          public void feed(byte[] bytes, int length) throws FramingException {
            splitter.feed(bytes, 0, length);
          }

          @Override
          public void end() throws FramingException {
            while (!splitter.end()) {
              // What can be held as a whole is small enough to be handed on at once.
            }
          }
        });
  }

  private static Future<Long> start(RoutingContext ctx, int maxBytes, Sink sink) {
    HttpServerRequest request = ctx.request();
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    Inflation inflation =
        Inflation.of(encoding)
            .orElseThrow(
                () ->
                    Problem.of(
                            415,
                            "Content-Encoding must be gzip, deflate, zstd or identity, not "
                                + encoding)
                        .toException());
    BodyReader reader = new BodyReader(request, inflation, maxBytes, sink);
    Gatekeeper.onExpelled(ctx, problem -> reader.fail(problem.toException()));
    request.pause();
    request.handler(reader::onChunk);
    request.endHandler(end -> reader.onEnd());
    request.exceptionHandler(reader::onLost);
    request.fetch(1);
    return reader.done.future().onComplete(done -> inflation.close()).map(done -> reader.size);
  }

  private void onChunk(Buffer chunk) {
    if (done.future().isComplete()) {
      request.fetch(1); // Bad, and answered as such; the connection is kept.
      return;
    }
    inflation.input(chunk.getBytes());
    chunkPending = true;
    turn();
  }

  private void onLost(Throwable e) {
    Problem problem = Problems.ofBrokenBody(e);
    done.tryFail(problem == null ? e : problem.toException());
  }

  private void onEnd() {
    ended = true;
    if (!chunkPending) {
      turn();
    }
  }

  private void turn() {
    if (done.future().isComplete()) {
      return;
    }
    try {
      if (chunkPending) {
        feed();
      } else if (ended) {
        inflation.end();
        sink.end();
        done.tryComplete();
      }
    } catch (CorruptBodyException | FramingException e) {
      fail(Problem.of(400, String.valueOf(e.getMessage())).toException());
    } catch (RuntimeException e) {
      fail(e); // A problem's, or a bug: either is answered.
    }
  }

  private void feed() throws CorruptBodyException, FramingException {
    for (int budget = BYTES_PER_TURN; budget > 0; budget -= BUFFER_BYTES) {
      int count = inflation.read(buffer);
      if (count == 0) {
        chunkPending = false;
        if (ended) {
          turn();
        } else {
          request.fetch(1);
        }
        return;
      }
      size += count;
      if (size > maxBytes) {
        throw Problem.of(
                413, "the body has more than " + maxBytes + " bytes, which is the limit here")
            .toException();
      }
      sink.feed(buffer, count);
    }
    context.runOnContext(next -> turn());
  }

  /** Whether it was not done before. */
  private boolean fail(RuntimeException e) {
    chunkPending = false;
    boolean fails = done.tryFail(e);
    if (!ended) {
      request.fetch(1);
    }
    return fails;
  }
}
