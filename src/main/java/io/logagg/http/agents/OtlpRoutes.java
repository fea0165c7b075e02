package io.logagg.http.agents;

import io.logagg.http.ingest.BodyFormat;
import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.reply.Dialect;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.WholeBody;
import io.logagg.protocol.otlp.OtlpJson;
import io.logagg.protocol.otlp.OtlpProtobuf;
import io.logagg.protocol.protobuf.ProtoWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * OpenTelemetry's way in: logs by <a
 * href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>, answered in the encoding
 * in which they came.
 */
public final class OtlpRoutes implements RouteGroup {
  private static final String PROTOCOL = "otlp";

  /** What the semantic conventions call a service without a name. */
  private static final String OTHERWISE_APP = "unknown_service";

  private final AgentWay way;

  public OtlpRoutes(IngestDesk desk) {
    this.way = new AgentWay(desk, PROTOCOL, OTHERWISE_APP, new Status());
  }

  private enum Otlp implements BodyFormat {
    JSON,
    PROTOBUF;

    @Override
    public String protocol() {
      return PROTOCOL;
    }

    @Override
    public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
      return this == JSON
          ? new WholeBody(sink, (bytes, size) -> new OtlpJson(bytes, size, maxRecordBytes))
          : new WholeBody(sink, (bytes, size) -> new OtlpProtobuf(bytes, size, maxRecordBytes));
    }

    @Override
    public boolean isHeldWhole() {
      return true;
    }
  }

  @Override
  public void mount(Routes routes) {
    way.mount(routes, List.of("/v1/logs", "/otlp/v1/logs"), OtlpRoutes::format, OtlpRoutes::answer);
  }

  private static Otlp format(HttpServerRequest request) {
    return switch (MediaType.of(request)) {
      case JSON -> Otlp.JSON;
      case PROTOBUF -> Otlp.PROTOBUF;
      default ->
          throw Problem.of(415, "Content-Type must be application/x-protobuf or application/json")
              .toException();
    };
  }

  private static void answer(RoutingContext ctx, IngestResult result) {
    // Of a strict request, those that are good are taken, which is a success in part.
    boolean inPart = result.problem() == null && result.enqueued() > 0;
    Problem failure = inPart ? null : result.failure();
    if (failure != null) {
      Problems.reply(ctx, failure);
      return;
    }
    boolean isJson = MediaType.of(ctx.request()) == MediaType.JSON;
    send(ctx.response().setStatusCode(200), isJson, isJson ? json(result) : protobuf(result));
  }

  private static void send(HttpServerResponse response, boolean isJson, Buffer body) {
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, isJson ? "application/json" : "application/x-protobuf")
        .end(body);
  }

  /** How many records are not kept; what became dead letters is. */
  private static long lost(IngestResult result) {
    return result.strict() ? result.rejected() : 0;
  }

  private static String warning(IngestResult result) {
    return "%d records %s: %s"
        .formatted(
            result.rejected(),
            result.strict() ? "were not taken" : "are bad and stand among the dead letters",
            result.errorText());
  }

  private static Buffer json(IngestResult result) {
    Map<String, Object> answer = new LinkedHashMap<>();
    if (result.rejected() > 0) {
      Map<String, Object> partial = new LinkedHashMap<>();
      partial.put("rejectedLogRecords", Long.toString(lost(result)));
      partial.put("errorMessage", warning(result));
      answer.put("partialSuccess", partial);
    }
    return Buffer.buffer(JsonReply.write(answer));
  }

  private static Buffer protobuf(IngestResult result) {
    ProtoWriter answer = new ProtoWriter();
    if (result.rejected() > 0) {
      answer.message(1, new ProtoWriter().number(1, lost(result)).text(2, warning(result)));
    }
    return Buffer.buffer(answer.toBytes());
  }

  /** What goes wrong, as a {@code google.rpc.Status}. */
  private static final class Status implements Dialect {
    @Override
    public void send(HttpServerResponse response, Problem problem) {
      OtlpRoutes.send(
          response, true, Buffer.buffer(JsonReply.write(Map.of("message", problem.detail()))));
    }

    @Override
    public void send(RoutingContext ctx, Problem problem) {
      if (MediaType.of(ctx.request()) == MediaType.PROTOBUF) {
        byte[] status = new ProtoWriter().text(2, problem.detail()).toBytes();
        OtlpRoutes.send(ctx.response(), false, Buffer.buffer(status));
      } else {
        send(ctx.response(), problem);
      }
    }
  }
}
