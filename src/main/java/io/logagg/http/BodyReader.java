package io.logagg.http;

import io.logagg.http.inflate.CorruptBodyException;
import io.logagg.http.inflate.Inflation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;

/**
 * Reads a body whole, inflated, up to a limit. For all routes but ingest, which never holds a body.
 */
final class BodyReader {
  private static final int BUFFER_BYTES = 16 << 10;

  private final Inflation inflation;
  private final int maxBytes;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
  private final byte[] buffer = new byte[BUFFER_BYTES];

  private BodyReader(Inflation inflation, int maxBytes) {
    this.inflation = inflation;
    this.maxBytes = maxBytes;
  }

  /**
   * Must be called while the request is being routed. A failure is a {@link ProblemException} or a
   * lost connection.
   */
  static Future<byte[]> read(RoutingContext ctx, int maxBytes) {
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
    BodyReader reader = new BodyReader(inflation, maxBytes);
    Promise<byte[]> promise = Promise.promise();
    request.handler(
        chunk -> {
          if (promise.future().isComplete()) {
            return; // Too large, and answered as such.
          }
          try {
            reader.add(chunk.getBytes());
          } catch (CorruptBodyException e) {
            promise.tryFail(Problem.of(400, String.valueOf(e.getMessage())).toException());
          } catch (ProblemException e) {
            promise.tryFail(e);
          }
        });
    request.endHandler(end -> reader.end(promise));
    request.exceptionHandler(promise::tryFail);
    return promise.future().onComplete(done -> inflation.close());
  }

  private void add(byte[] chunk) throws CorruptBodyException {
    inflation.input(chunk);
    int count = inflation.read(buffer);
    while (count > 0) {
      if (body.size() + count > maxBytes) {
        throw Problem.of(
                413, "the body has more than " + maxBytes + " bytes, which is the limit here")
            .toException();
      }
      body.write(buffer, 0, count);
      count = inflation.read(buffer);
    }
  }

  private void end(Promise<byte[]> promise) {
    if (promise.future().isComplete()) {
      return;
    }
    try {
      inflation.end();
      promise.tryComplete(body.toByteArray());
    } catch (CorruptBodyException e) {
      promise.tryFail(Problem.of(400, String.valueOf(e.getMessage())).toException());
    }
  }
}
