package io.logagg.http.agents;

import io.logagg.http.Access;
import io.logagg.http.Dialect;
import io.logagg.http.JsonReply;
import io.logagg.http.Problem;
import io.logagg.http.Problems;
import io.logagg.http.RouteGroup;
import io.logagg.http.Routes;
import io.logagg.http.ingest.BodyFormat;
import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestDesk.Asked;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.ingest.RejectionWatch;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.LineSplitter;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.clef.ClefTranslator;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * Seq's way in: events in the Compact Log Event Format, one a line. Serilog's sink posts them to
 * {@code /ingest/clef}, older ones to {@code /api/events/raw?clef}.
 */
public final class SeqRoutes implements RouteGroup {
  private static final String OTHERWISE_APP = "seq";
  private static final Dialect DIALECT = SeqRoutes::fail;

  private final IngestDesk desk;

  public SeqRoutes(IngestDesk desk) {
    this.desk = desk;
  }

  private static final class Clef implements BodyFormat {
    static final Clef FORMAT = new Clef();

    @Override
    public String protocol() {
      return "clef";
    }

    @Override
    public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
      return new LineSplitter(new ClefTranslator(sink, maxRecordBytes), maxRecordBytes);
    }
  }

  @Override
  public void mount(Routes routes) {
    for (String path : new String[] {"/ingest/clef", "/api/events/raw"}) {
      routes.add(HttpMethod.POST, path, Access.INGEST, DIALECT, this::take);
    }
  }

  private void take(RoutingContext ctx) {
    desk.take(ctx, Clef.FORMAT.protocol(), () -> asked(ctx.request()), SeqRoutes::answer);
  }

  private static Asked asked(HttpServerRequest request) {
    return new Asked(
        Clef.FORMAT,
        IngestDesk.inflation(request),
        AgentParams.defaults(request),
        OTHERWISE_APP,
        AgentParams.strict(request),
        RejectionWatch.NONE);
  }

  private static void answer(RoutingContext ctx, IngestResult result) {
    Problem failure = result.failure();
    if (failure != null) {
      Problems.reply(ctx, failure);
    } else {
      JsonReply.sendText(ctx, 201, "{}");
    }
  }

  private static void fail(HttpServerResponse response, Problem problem) {
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(JsonReply.write(Map.of("Error", problem.detail())));
  }
}
