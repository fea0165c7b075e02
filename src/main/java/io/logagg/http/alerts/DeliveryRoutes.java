package io.logagg.http.alerts;

import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Links;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.persistence.AlertHistory;
import io.logagg.persistence.AlertHistory.Delivery;
import io.logagg.persistence.AlertHistory.State;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** {@code /api/v1/alerts/deliveries}: what became of notifications. */
public final class DeliveryRoutes implements RouteGroup {
  private final AlertHistory history;

  public DeliveryRoutes(AlertHistory history) {
    this.history = history;
  }

  @Override
  public void mount(Routes routes) {
    routes.get(AlertRoutes.PATH + "/deliveries", Access.READ_ALL, this::list);
  }

  private void list(RoutingContext ctx) {
    Params params = Params.of(ctx, Set.of("limit", "cursor", "state"));
    int limit = AlertRoutes.limit(params);
    String wanted = params.oneOf("state", "", "waiting", "delivered", "given_up");
    State state =
        Stream.of(State.values()).filter(one -> one.code().equals(wanted)).findFirst().orElse(null);
    history
        .deliveries(AlertRoutes.before(params), state, limit + 1)
        .onSuccess(
            found -> {
              List<Delivery> page = found.subList(0, Math.min(limit, found.size()));
              if (found.size() > limit) {
                Links.next(ctx, Long.toString(page.get(limit - 1).id()), null, null);
              }
              JsonReply.send(ctx, 200, page.stream().map(AlertJson::delivery).toList());
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }
}
