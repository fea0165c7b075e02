package io.logagg.http.agents;

import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Elasticsearch's way in: bulk requests. */
public final class ElasticRoutes implements RouteGroup {
  private final IngestDesk desk;

  public ElasticRoutes(IngestDesk desk) {
    this.desk = desk;
  }

  @Override
  public void mount(Routes routes) {
    for (HttpMethod method : List.of(HttpMethod.POST, HttpMethod.PUT)) {
      for (String path : List.of("/_bulk", "/:index/_bulk")) {
        routes.add(method, path, Access.INGEST, ElasticReply.DIALECT, this::take);
      }
    }
  }

  private void take(RoutingContext ctx) {
    BulkRequest bulk = new BulkRequest(ctx.pathParam("index"));
    desk.take(ctx, BulkRequest.PROTOCOL, () -> bulk.read(ctx.request()), bulk::answer);
  }
}
