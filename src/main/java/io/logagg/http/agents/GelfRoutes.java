package io.logagg.http.agents;

import io.logagg.http.ingest.BodyFormat;
import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.reply.Dialect;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.JsonSplitter;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.gelf.GelfTranslator;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Graylog's way in over HTTP: one message, or several one behind the other. Nothing tells a message
 * that is sent again from one that is the same: both are stored. Graylog has no words of its own
 * for what goes wrong, so it is told in ours.
 */
public final class GelfRoutes implements RouteGroup {
  private static final String OTHERWISE_APP = "gelf";

  private final AgentWay way;

  public GelfRoutes(IngestDesk desk) {
    this.way = new AgentWay(desk, Messages.FORMAT.protocol(), OTHERWISE_APP, Dialect.OWN);
  }

  private static final class Messages implements BodyFormat {
    static final Messages FORMAT = new Messages();

    @Override
    public String protocol() {
      return "gelf";
    }

    @Override
    public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
      return new JsonSplitter(GelfTranslator.into(sink, maxRecordBytes), maxRecordBytes);
    }
  }

  @Override
  public void mount(Routes routes) {
    way.mount(routes, List.of("/gelf"), request -> Messages.FORMAT, GelfRoutes::answer);
  }

  private static void answer(RoutingContext ctx, IngestResult result) {
    Problem failure = result.failure();
    if (failure != null) {
      Problems.reply(ctx, failure);
    } else {
      ctx.response().setStatusCode(202).end();
    }
  }
}
