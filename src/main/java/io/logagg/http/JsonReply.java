package io.logagg.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.query.LogRow;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

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

  static Future<Void> send(RoutingContext ctx, int status, Buffer body) {
    return ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(body);
  }

  static Buffer log(LogRow row) {
    return write(generator -> writeLog(generator, row));
  }

  static Buffer logs(List<LogRow> rows) {
    return write(
        generator -> {
          generator.writeStartArray();
          for (LogRow row : rows) {
            writeLog(generator, row);
          }
          generator.writeEndArray();
        });
  }

  /** One record a line. */
  static Buffer lines(List<LogRow> rows) {
    return write(
        generator -> {
          generator.setRootValueSeparator(null);
          for (LogRow row : rows) {
            writeLog(generator, row);
            generator.writeRaw('\n');
          }
        });
  }

  private interface Body {
    void writeTo(JsonGenerator generator) throws IOException;
  }

  private static Buffer write(Body body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    try (JsonGenerator generator = JSON.getFactory().createGenerator(out)) {
      body.writeTo(generator);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return Buffer.buffer(out.toByteArray());
  }

  private static void writeLog(JsonGenerator out, LogRow row) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", row.id().toString());
    out.writeStringField("timestamp", Timestamps.format(row.timestampMicros()));
    out.writeStringField("level", row.level());
    out.writeStringField("message", row.message());
    out.writeStringField("service", row.service());
    out.writeStringField("app", row.app());
    out.writeNumberField("app_id", row.appId());
    out.writeFieldName("metadata_");
    out.writeRawValue(row.metadata());
    out.writeStringField("received_at", Timestamps.format(row.receivedAtMicros()));
    out.writeStringField("source_id", row.sourceId());
    out.writeEndObject();
  }
}
