package io.logagg.http.agents;

import io.logagg.http.ingest.BodyFormat;
import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.reply.Dialect;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.http.routing.UnreadBody;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.LineSplitter;
import io.logagg.protocol.PlainLines;
import io.logagg.protocol.PlainLines.Known;
import io.logagg.protocol.RawFields;
import io.logagg.protocol.SliceSink;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splunk's way in, its HTTP Event Collector: events as JSON, or lines of text. */
public final class HecRoutes implements RouteGroup {
  private static final String OTHERWISE_APP = "splunk";
  private static final String[] ABOUT = {"host", "source", "sourcetype", "index"};
  private static final Dialect DIALECT = HecReply::fail;

  private final IngestDesk desk;
  private final AgentWay way;

  public HecRoutes(IngestDesk desk) {
    this.desk = desk;
    this.way = new AgentWay(desk, HecFormat.PROTOCOL, OTHERWISE_APP, DIALECT);
  }

  @Override
  public void mount(Routes routes) {
    String root = "/services/collector";
    for (String path : new String[] {"", "/event", "/event/1.0"}) {
      routes.add(HttpMethod.POST, root + path, Access.INGEST, DIALECT, this::takeEvents);
    }
    way.mount(
        routes,
        List.of(root + "/raw", root + "/raw/1.0"),
        RawLines::of,
        (ctx, result) -> answer(ctx, result, null));
    for (String path : new String[] {"/health", "/health/1.0"}) {
      routes.add(HttpMethod.GET, root + path, Access.OPEN, DIALECT, this::health);
    }
    routes.add(
        HttpMethod.POST,
        root + "/ack",
        Access.INGEST,
        DIALECT,
        ctx -> UnreadBody.answer(ctx, () -> send(ctx, HecReply.NO_ACK)));
  }

  private void takeEvents(RoutingContext ctx) {
    HecFormat format = new HecFormat(); // Its answer tells what was wrong with the first event.
    way.take(
        ctx,
        request -> format,
        IngestDesk::inflation,
        (answered, result) -> answer(answered, result, format));
  }

  /**
   * Lines of text, of which nothing tells whether the same one again is another. So they are not
   * held as a whole, and a repeat is stored again.
   *
   * @param known what the URL says of all
   */
  private record RawLines(Known known) implements BodyFormat {
    static RawLines of(HttpServerRequest request) {
      RawFields about = new RawFields();
      for (String name : ABOUT) {
        String value = request.getParam(name);
        if (value != null && !value.isBlank()) {
          about.putText(name, value);
        }
      }
      String index = about.text("index");
      String app = index == null ? about.text("sourcetype") : index;
      String time = request.getParam("time");
      return new RawLines(
          new Known(app, null, time == null || time.isBlank() ? null : time, about));
    }

    @Override
    public String protocol() {
      return HecFormat.PROTOCOL;
    }

    @Override
    public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
      return new LineSplitter(new PlainLines(sink, maxRecordBytes, known), maxRecordBytes);
    }
  }

  private static void answer(RoutingContext ctx, IngestResult result, @Nullable HecFormat format) {
    Problem failure = result.failure();
    if (failure != null) {
      Problems.reply(
          ctx, HecReply.failure(result, failure, format == null ? null : format.firstFault()));
    } else if (result.enqueued() + result.rejected() == 0) {
      send(ctx, HecReply.NO_DATA);
    } else {
      send(ctx, HecReply.SUCCESS);
    }
  }

  /** Whether events would be taken now. */
  private void health(RoutingContext ctx) {
    send(ctx, desk.refusal() == null ? HecReply.HEALTHY : HecReply.FULL);
  }

  private static void send(RoutingContext ctx, HecReply reply) {
    ctx.response()
        .setStatusCode(reply.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(reply.json());
  }
}
