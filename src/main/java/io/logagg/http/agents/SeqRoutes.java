package io.logagg.http.agents;

import io.logagg.http.Access;
import io.logagg.http.Dialect;
import io.logagg.http.JsonReply;
import io.logagg.http.Problem;
import io.logagg.http.Problems;
import io.logagg.http.RouteGroup;
import io.logagg.http.Routes;
import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestDesk.Asked;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.ingest.RejectionWatch;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * Seq's ways in: events in the Compact Log Event Format, one a line, as Serilog posts them to
 * {@code /ingest/clef}, older ones to {@code /api/events/raw?clef}; and the older JSON form, which
 * its JavaScript clients post to the latter.
 */
public final class SeqRoutes implements RouteGroup {
  private static final String OTHERWISE_APP = "seq";
  private static final Dialect DIALECT = SeqRoutes::fail;

  private final IngestDesk desk;

  public SeqRoutes(IngestDesk desk) {
    this.desk = desk;
  }

  @Override
  public void mount(Routes routes) {
    for (String path : new String[] {"/ingest/clef", "/api/events/raw"}) {
      routes.add(HttpMethod.POST, path, Access.INGEST, DIALECT, this::take);
    }
  }

  private void take(RoutingContext ctx) {
    desk.take(ctx, SeqFormat.PROTOCOL, () -> asked(ctx.request()), SeqRoutes::answer);
  }

  private static Asked asked(HttpServerRequest request) {
    boolean strict = AgentParams.strict(request); // Before there is something to close.
    return new Asked(
        SeqFormat.of(request.getHeader(HttpHeaders.CONTENT_TYPE)),
        IngestDesk.inflation(request),
        AgentParams.defaults(request),
        OTHERWISE_APP,
        strict,
        RejectionWatch.NONE);
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
