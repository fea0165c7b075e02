package io.logagg.http.alerts;

import io.logagg.alert.CallableHosts;
import io.logagg.alert.Receiver;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.BodyReader;
import io.logagg.http.request.JsonBody;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RequestAudit;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.persistence.AlertReceivers;
import io.logagg.persistence.AlertReceivers.Full;
import io.logagg.persistence.AlertReceivers.Gone;
import io.logagg.persistence.AlertReceivers.Kept;
import io.logagg.persistence.AlertReceivers.Outcome;
import io.logagg.persistence.AlertReceivers.Used;
import io.logagg.postgres.SqlFailure;
import io.logagg.telemetry.AuditLine;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/alerts/receivers}: where notifications go. What is secret of one never comes out.
 */
public final class ReceiverRoutes implements RouteGroup {
  private static final String PATH = AlertRoutes.PATH + "/receivers";
  private static final String WHAT = "receiver";

  private final AlertReceivers receivers;
  private final CallableHosts hosts;

  /**
   * Needs no server.
   *
   * @param hosts whom receivers may be
   */
  public ReceiverRoutes(AlertReceivers receivers, CallableHosts hosts) {
    this.receivers = receivers;
    this.hosts = hosts;
  }

  @Override
  public void mount(Routes routes) {
    routes.get(PATH, Access.READ_ALL, this::list);
    routes.add(HttpMethod.POST, PATH, Access.ADMIN_ALL, this::create);
    routes.get(PATH + "/:id", Access.READ_ALL, this::get);
    routes.add(HttpMethod.PATCH, PATH + "/:id", Access.ADMIN_ALL, this::change);
    routes.add(HttpMethod.DELETE, PATH + "/:id", Access.ADMIN_ALL, this::delete);
  }

  private void list(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    receivers
        .list()
        .onSuccess(
            found -> JsonReply.send(ctx, 200, found.stream().map(AlertJson::receiver).toList()))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static int id(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    return AlertRoutes.id(ctx, WHAT);
  }

  private void get(RoutingContext ctx) {
    receivers
        .find(id(ctx))
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                Problems.reply(ctx, AlertRoutes.notFound(WHAT));
              } else {
                JsonReply.send(ctx, 200, AlertJson.receiver(found.get()));
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private Receiver receiver(JsonBody body, @Nullable Receiver before) {
    Map<String, String> errors = new LinkedHashMap<>();
    Receiver receiver = Receiver.read(body.object(), before, errors);
    if (!errors.containsKey("url") && !mayBeCalled(receiver.host())) {
      errors.put("url", "its host may not be called, see alerts.allowedHosts");
    }
    errors.forEach(body::error);
    body.check();
    return receiver;
  }

  /** As far as its name tells: the addresses of names are looked at when it is called. */
  private boolean mayBeCalled(String host) {
    boolean isAddress = NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    try {
      return hosts.permits(host) && (!isAddress || hosts.permits(InetAddress.getByName(host)));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private void create(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    AuditLine audit = RequestAudit.of(ctx, "alert_receiver_created");
    BodyReader.read(ctx, AlertRoutes.MAX_BODY_BYTES)
        .compose(bytes -> receivers.create(receiver(JsonBody.of(bytes, Receiver.FIELDS), null)))
        .onSuccess(outcome -> reply(ctx, outcome, 201, audit))
        .onFailure(e -> fail(ctx, e));
  }

  private void change(RoutingContext ctx) {
    int id = id(ctx);
    AuditLine audit = RequestAudit.of(ctx, "alert_receiver_changed");
    BodyReader.read(ctx, AlertRoutes.MAX_BODY_BYTES)
        .compose(
            bytes -> {
              JsonBody body = JsonBody.of(bytes, Receiver.FIELDS);
              return receivers.update(id, before -> receiver(body, before));
            })
        .onSuccess(outcome -> reply(ctx, outcome, 200, audit))
        .onFailure(e -> fail(ctx, e));
  }

  private void delete(RoutingContext ctx) {
    int id = id(ctx);
    AuditLine audit =
        RequestAudit.of(ctx, "alert_receiver_deleted").with("id", Integer.toString(id));
    receivers
        .delete(id)
        .onSuccess(outcome -> reply(ctx, outcome, 204, audit))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static void reply(RoutingContext ctx, Outcome outcome, int status, AuditLine audit) {
    if (outcome instanceof Kept kept) {
      audit.with("receiver", kept.view().receiver().name()).log();
      if (status == 201) {
        ctx.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + kept.view().id());
      }
      JsonReply.send(ctx, status, AlertJson.receiver(kept.view()));
    } else if (outcome instanceof Gone) {
      audit.log();
      ctx.response().setStatusCode(status).end();
    } else {
      Problems.reply(ctx, problem(outcome));
    }
  }

  private static Problem problem(Outcome outcome) {
    if (outcome instanceof Used used) {
      return Problem.of(409, "the alert rule " + used.rule() + " names this receiver");
    }
    return outcome instanceof Full
        ? Problem.of(409, "there are " + AlertReceivers.MAX + " receivers: delete some first")
        : AlertRoutes.notFound(WHAT);
  }

  private static void fail(RoutingContext ctx, Throwable e) {
    if (SqlFailure.of(e) == SqlFailure.DUPLICATE) {
      Problems.reply(ctx, Problem.ofField(409, "name", "another receiver has this name"));
    } else {
      Problems.fail(ctx, e);
    }
  }
}
