package io.logagg.http.agents;

import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.reply.Dialect;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/**
 * Seq's ways in: events in the Compact Log Event Format, one a line, as Serilog posts them to
 * {@code /ingest/clef}, older ones to {@code /api/events/raw?clef}; and the older JSON form, which
 * its JavaScript clients post to the latter.
 */
public final class SeqRoutes implements RouteGroup {
  private static final String OTHERWISE_APP = "seq";
  private static final Dialect DIALECT = SeqRoutes::fail;

  private final AgentWay way;

  public SeqRoutes(IngestDesk desk) {
    this.way = new AgentWay(desk, SeqFormat.PROTOCOL, OTHERWISE_APP, DIALECT);
  }

  @Override
  public void mount(Routes routes) {
    way.mount(
        routes,
        List.of("/ingest/clef", "/api/events/raw"),
        request -> SeqFormat.of(request.getHeader(HttpHeaders.CONTENT_TYPE)),
        SeqRoutes::answer);
  }

  private static void answer(RoutingContext ctx, IngestResult result) {
    Problem failure = result.failure();
    if (failure != null) {
      Problems.reply(ctx, failure);
    } else {
      // No client is told to send less.
      JsonReply.sendText(ctx, 201, "{\"MinimumLevelAccepted\":null}");
    }
  }

  private static void fail(HttpServerResponse response, Problem problem) {
    if (problem.status() == 429) {
      response.setStatusCode(503); // Its JavaScript clients try again at 5xx only.
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(JsonReply.write(Map.of("Error", problem.detail())));
  }
}
