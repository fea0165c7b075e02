package io.logagg.http.logs;

import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.LogEncoder;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.reply.ReplyStream;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogNeighbours;
import io.logagg.query.LogNeighbours.Neighbours;
import io.logagg.query.LogNeighbours.Request;
import io.logagg.query.LogNeighbours.Within;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.UUID;

/** {@code /api/v1/logs/{id}/context}: what was logged around a record. */
public final class ContextRoutes implements RouteGroup {
  private static final int DEFAULT_ROWS = 20;
  private static final int MAX_ROWS = 1000;
  private static final Set<String> PARAMS = Set.of("before", "after", "within");

  private final LogNeighbours neighbours;

  public ContextRoutes(LogNeighbours neighbours) {
    this.neighbours = neighbours;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/logs/:id/context", Access.READ, this::context);
  }

  private void context(RoutingContext ctx) {
    Params params = Params.of(ctx, PARAMS);
    Integer before = params.integer("before", 0, MAX_ROWS);
    Integer after = params.integer("after", 0, MAX_ROWS);
    Within within =
        switch (params.oneOf("within", "service", "app", "all")) {
          case "app" -> Within.APP;
          case "all" -> Within.ALL;
          default -> Within.SERVICE;
        };
    UUID id = Params.uuidOrNull(ctx.pathParam("id"));
    if (id == null) {
      throw notFound().toException();
    }
    Request request =
        new Request(
            params.apps(),
            id,
            before == null ? DEFAULT_ROWS : before,
            after == null ? DEFAULT_ROWS : after,
            within);
    Abandonment abandonment = ReplyStream.abandonmentOf(ctx);
    neighbours
        .of(request, abandonment)
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                Problems.reply(ctx, notFound());
              } else {
                JsonReply.sendBytes(ctx, 200, json(found.get()));
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static Problem notFound() {
    return Problem.of(404, "there is no record with this id");
  }

  private static Buffer json(Neighbours found) {
    LogEncoder out = new LogEncoder();
    out.text("{\"before\":");
    out.array(found.before());
    out.text(",\"record\":");
    out.row(found.record());
    out.text(",\"after\":");
    out.array(found.after());
    out.text(found.isCut() ? ",\"partial\":true}" : "}");
    return out.finish();
  }
}
