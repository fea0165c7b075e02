package io.logagg.http.agents;

import io.logagg.http.inflate.Inflation;
import io.logagg.http.ingest.BodyFormat;
import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestDesk.Answer;
import io.logagg.http.ingest.RejectionWatch;
import io.logagg.http.reply.Dialect;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.Routes;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;

/**
 * A protocol's way in, as those have it that do not answer record by record.
 *
 * @param protocol as metrics name it
 * @param otherwiseApp the app of records that have none
 * @param dialect its words for what goes wrong
 */
record AgentWay(IngestDesk desk, String protocol, String otherwiseApp, Dialect dialect) {
  /** Takes what is posted to any of the paths. */
  void mount(
      Routes routes,
      List<String> paths,
      Function<HttpServerRequest, BodyFormat> format,
      Answer answer) {
    for (String path : paths) {
      routes.add(
          HttpMethod.POST,
          path,
          Access.INGEST,
          dialect,
          ctx -> take(ctx, format, IngestDesk::inflation, answer));
    }
  }

  /**
   * Takes one request.
   *
   * @param inflation opens what undoes its content encoding
   */
  void take(
      RoutingContext ctx,
      Function<HttpServerRequest, BodyFormat> format,
      Function<HttpServerRequest, Inflation> inflation,
      Answer answer) {
    HttpServerRequest request = ctx.request();
    desk.take(
        ctx,
        protocol,
        () ->
            AgentParams.asked(
                request, format.apply(request), otherwiseApp, RejectionWatch.NONE, inflation),
        answer);
  }
}
