package io.logagg.http.alerts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.alert.AlertRule;
import io.logagg.alert.RuleJson;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Links;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.BodyReader;
import io.logagg.http.request.JsonBody;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RequestAudit;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.persistence.AlertHistory;
import io.logagg.persistence.AlertRules;
import io.logagg.persistence.AlertRules.Full;
import io.logagg.persistence.AlertRules.Kept;
import io.logagg.persistence.AlertRules.NoReceiver;
import io.logagg.persistence.AlertRules.Outcome;
import io.logagg.persistence.AlertRules.View;
import io.logagg.postgres.SqlFailure;
import io.logagg.telemetry.AuditLine;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/alerts}: the rules with their states, and what happened to each. */
public final class AlertRoutes implements RouteGroup {
  static final String PATH = "/api/v1/alerts";

  static final int MAX_BODY_BYTES = 256 << 10;

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AlertRules rules;
  private final AlertHistory history;

  public AlertRoutes(AlertRules rules, AlertHistory history) {
    this.rules = rules;
    this.history = history;
  }

  @Override
  public void mount(Routes routes) {
    routes.get(PATH, Access.READ_ALL, this::list);
    routes.add(HttpMethod.POST, PATH, Access.ADMIN_ALL, this::create);
    routes.get(PATH + "/:id", Access.READ_ALL, this::get);
    routes.add(HttpMethod.PUT, PATH + "/:id", Access.ADMIN_ALL, ctx -> change(ctx, true));
    routes.add(HttpMethod.PATCH, PATH + "/:id", Access.ADMIN_ALL, ctx -> change(ctx, false));
    routes.add(HttpMethod.DELETE, PATH + "/:id", Access.ADMIN_ALL, this::delete);
    routes.get(PATH + "/:id/history", Access.READ_ALL, this::history);
  }

  private void list(RoutingContext ctx) {
    Params params = Params.of(ctx, Set.of("limit", "cursor"));
    int limit = limit(params);
    // One more than asked for tells whether there is a next page.
    rules
        .list(params.text("cursor"), limit + 1)
        .onSuccess(
            found -> {
              List<View> page = found.subList(0, Math.min(limit, found.size()));
              if (found.size() > limit) {
                Links.next(ctx, page.get(limit - 1).rule().name(), null, null);
              }
              reply(ctx, page);
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  static int limit(Params params) {
    Integer given = params.integer("limit", 1, MAX_LIMIT);
    return given == null ? DEFAULT_LIMIT : given;
  }

  /** With all their groups, it may be some megabytes. */
  private static void reply(RoutingContext ctx, List<View> page) {
    ctx.vertx()
        .executeBlocking(() -> JsonReply.write(page.stream().map(AlertJson::rule).toList()), false)
        .compose(json -> JsonReply.sendText(ctx, 200, json))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** Of the path; the request must have no parameters. */
  static int id(RoutingContext ctx, String what) {
    try {
      return Integer.parseInt(ctx.pathParam("id"));
    } catch (NumberFormatException e) {
      throw notFound(what).toException();
    }
  }

  static Problem notFound(String what) {
    return Problem.of(404, "there is no " + what + " with this id");
  }

  private static int id(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    return id(ctx, "alert rule");
  }

  private void get(RoutingContext ctx) {
    rules
        .find(id(ctx))
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                Problems.reply(ctx, notFound("alert rule"));
              } else {
                JsonReply.send(ctx, 200, AlertJson.rule(found.get()));
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** The rule that a body describes; ends the request with all that is wrong. */
  static AlertRule rule(JsonBody body, ObjectNode object) {
    Map<String, String> errors = new LinkedHashMap<>();
    AlertRule rule = RuleJson.read(object, errors);
    errors.forEach(body::error);
    body.check();
    return rule;
  }

  private void create(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    AuditLine audit = RequestAudit.of(ctx, "alert_rule_created");
    BodyReader.read(ctx, MAX_BODY_BYTES)
        .compose(
            bytes -> {
              JsonBody body = JsonBody.of(bytes, RuleJson.FIELDS);
              return rules.create(rule(body, body.object()));
            })
        .onSuccess(outcome -> reply(ctx, outcome, 201, audit))
        .onFailure(e -> fail(ctx, e));
  }

  private static void reply(RoutingContext ctx, Outcome outcome, int status, AuditLine audit) {
    if (outcome instanceof Kept kept) {
      audit.with("rule", kept.view().rule().name()).log();
      if (status == 201) {
        ctx.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + kept.view().id());
      }
      JsonReply.send(ctx, status, AlertJson.rule(kept.view()));
    } else {
      Problems.reply(ctx, problem(outcome));
    }
  }

  private static Problem problem(Outcome outcome) {
    if (outcome instanceof NoReceiver none) {
      return Problem.ofField(422, "receivers", "there is no receiver " + none.name());
    }
    return outcome instanceof Full
        ? Problem.of(409, "there are " + AlertRules.MAX + " alert rules: delete some first")
        : notFound("alert rule");
  }

  private static void fail(RoutingContext ctx, Throwable e) {
    if (SqlFailure.of(e) == SqlFailure.DUPLICATE) {
      Problems.reply(ctx, Problem.ofField(409, "name", "another alert rule has this name"));
    } else {
      Problems.fail(ctx, e);
    }
  }

  private void change(RoutingContext ctx, boolean isWhole) {
    int id = id(ctx);
    AuditLine audit = RequestAudit.of(ctx, "alert_rule_changed");
    BodyReader.read(ctx, MAX_BODY_BYTES)
        .compose(
            bytes -> {
              JsonBody body = JsonBody.of(bytes, RuleJson.FIELDS);
              return rules.update(
                  id, before -> rule(body, isWhole ? body.object() : merged(before, body)));
            })
        .onSuccess(outcome -> reply(ctx, outcome, 200, audit))
        .onFailure(e -> fail(ctx, e));
  }

  /** What is given replaces what was; of another kind, what that kind does not have is left out. */
  private static ObjectNode merged(AlertRule before, JsonBody body) {
    ObjectNode merged = JSON.valueToTree(RuleJson.write(before));
    ObjectNode given = body.object();
    String kind = given.path("kind").asText(before.kind().code());
    if (!kind.equals(before.kind().code())) {
      merged.remove(List.of("op", "threshold", "for", "group_by"));
    }
    merged.setAll(given);
    return merged;
  }

  private void delete(RoutingContext ctx) {
    int id = id(ctx);
    AuditLine audit = RequestAudit.of(ctx, "alert_rule_deleted").with("id", Integer.toString(id));
    rules
        .delete(id)
        .onSuccess(
            deleted -> {
              if (deleted) {
                audit.log();
                ctx.response().setStatusCode(204).end();
              } else {
                Problems.reply(ctx, notFound("alert rule"));
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private void history(RoutingContext ctx) {
    Params params = Params.of(ctx, Set.of("limit", "cursor"));
    int id = id(ctx, "alert rule");
    int limit = limit(params);
    Long before = before(params);
    rules
        .find(id)
        .compose(
            found -> {
              if (found.isEmpty()) {
                throw notFound("alert rule").toException();
              }
              return history.transitions(id, before, limit + 1);
            })
        .onSuccess(
            found -> {
              int count = Math.min(limit, found.size());
              if (found.size() > limit) {
                Links.next(ctx, Long.toString(found.get(limit - 1).id()), null, null);
              }
              JsonReply.send(
                  ctx, 200, found.subList(0, count).stream().map(AlertJson::transition).toList());
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** The id behind which a page begins; null for the first page. */
  static @Nullable Long before(Params params) {
    String cursor = params.text("cursor");
    try {
      return cursor == null ? null : (Long) Long.parseLong(cursor);
    } catch (NumberFormatException e) {
      throw Problem.ofField(400, "cursor", "is not one that this server gave out").toException();
    }
  }
}
