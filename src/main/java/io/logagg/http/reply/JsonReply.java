package io.logagg.http.reply;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.query.LogRow;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes what is answered as JSON. */
public final class JsonReply {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonReply() {}

  /** Answers with a value that Jackson can write: maps, lists, records, plain values. */
  public static Future<Void> send(RoutingContext ctx, int status, Object body) {
    return sendText(ctx, status, write(body));
  }

  /** Such a value as JSON. */
  public static String write(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  /** Answers with JSON text; of a status from 400 on, it is a problem. */
  public static Future<Void> sendText(RoutingContext ctx, int status, String json) {
    return ctx.response()
        .setStatusCode(status)
        .putHeader(
            HttpHeaders.CONTENT_TYPE,
            status >= 400 ? "application/problem+json" : "application/json")
        .end(json);
  }

  /** Answers with JSON that is written already; of a status below 400. */
  public static Future<Void> sendBytes(RoutingContext ctx, int status, Buffer body) {
    return ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(body);
  }

  /** One row as an object. */
  public static Buffer log(LogRow row) {
    LogEncoder out = new LogEncoder();
    out.row(row);
    return out.finish();
  }
}
