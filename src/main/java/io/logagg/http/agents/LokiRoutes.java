package io.logagg.http.agents;

import io.logagg.http.inflate.Inflation;
import io.logagg.http.inflate.SnappyInflation;
import io.logagg.http.ingest.BodyFormat;
import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.reply.Dialect;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.WholeBody;
import io.logagg.protocol.loki.LokiJson;
import io.logagg.protocol.loki.LokiProtobuf;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Loki's way in: streams in JSON, or in protobuf within a block of Snappy, which is what a body is
 * whose type is not told.
 */
public final class LokiRoutes implements RouteGroup {
  private static final String PROTOCOL = "loki";
  private static final String OTHERWISE_APP = "loki";
  private static final Dialect DIALECT = LokiRoutes::fail;

  private final AgentWay way;

  public LokiRoutes(IngestDesk desk) {
    this.way = new AgentWay(desk, PROTOCOL, OTHERWISE_APP, DIALECT);
  }

  private enum Push implements BodyFormat {
    JSON,
    PROTOBUF;

    static Push of(HttpServerRequest request) {
      return switch (MediaType.of(request)) {
        case JSON -> JSON;
        case PROTOBUF, NONE -> PROTOBUF;
        case OTHER ->
            throw Problem.of(415, "Content-Type must be application/x-protobuf or application/json")
                .toException();
      };
    }

    @Override
    public String protocol() {
      return PROTOCOL;
    }

    @Override
    public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
      return this == JSON
          ? new WholeBody(sink, (bytes, size) -> new LokiJson(bytes, size, maxRecordBytes))
          : new WholeBody(sink, (bytes, size) -> new LokiProtobuf(bytes, size, maxRecordBytes));
    }

    @Override
    public boolean isHeldWhole() {
      return true;
    }
  }

  @Override
  public void mount(Routes routes) {
    for (String path : new String[] {"/loki/api/v1/push", "/api/prom/push"}) {
      routes.add(HttpMethod.POST, path, Access.INGEST, DIALECT, this::take);
    }
    // Whether anything can be taken is told with each push, and by /health/ready.
    routes.get("/ready", Access.OPEN, ctx -> send(ctx.response(), "ready\n"));
  }

  private void take(RoutingContext ctx) {
    way.take(ctx, Push::of, LokiRoutes::inflation, LokiRoutes::answer);
  }

  private static Inflation inflation(HttpServerRequest request) {
    if (Push.of(request) == Push.JSON) {
      return IngestDesk.inflation(request);
    }
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    String name = encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "", "identity", "snappy" -> new SnappyInflation();
      default -> IngestDesk.inflation(request);
    };
  }

  private static void answer(RoutingContext ctx, IngestResult result) {
    Problem failure = result.failure();
    if (failure == null) {
      ctx.response().setStatusCode(204).end();
    } else if (failure.status() == 400 && result.problem() == null) {
      long all = result.rejected() + result.enqueued();
      String counted =
          "%s, total ignored: %d out of %d".formatted(result.errorText(), result.rejected(), all);
      Problems.reply(ctx, Problem.of(400, counted));
    } else {
      Problems.reply(ctx, failure);
    }
  }

  private static void fail(HttpServerResponse response, Problem problem) {
    send(response, problem.detail() + "\n");
  }

  private static void send(HttpServerResponse response, String text) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8").end(text);
  }
}
