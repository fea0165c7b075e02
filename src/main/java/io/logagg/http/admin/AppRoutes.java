package io.logagg.http.admin;

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
import io.logagg.persistence.AppStore;
import io.logagg.persistence.AppStore.App;
import io.logagg.persistence.AppStore.AppDraft;
import io.logagg.postgres.SqlFailure;
import io.logagg.record.AppAccess;
import io.logagg.record.Timestamps;
import io.logagg.telemetry.AuditLine;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /api/v1/apps}: registers and manages apps. */
public final class AppRoutes implements RouteGroup {
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final int MAX_NAME_CHARS = 256;
  private static final int MAX_DESCRIPTION_CHARS = 4096;
  private static final int DEFAULT_LIMIT = 1000;
  private static final int MAX_LIMIT = 10_000;
  private static final Set<String> LIST_PARAMS = Set.of("limit", "cursor");
  private static final Set<String> FIELDS = Set.of("name", "description", "retention_days");

  private final AppStore apps;

  public AppRoutes(AppStore apps) {
    this.apps = apps;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/apps", Access.READ, this::list);
    routes.add(HttpMethod.POST, "/api/v1/apps", Access.ADMIN, this::create);
    routes.get("/api/v1/apps/:id", Access.READ, this::get);
    routes.add(HttpMethod.PATCH, "/api/v1/apps/:id", Access.ADMIN, this::patch);
    routes.add(HttpMethod.DELETE, "/api/v1/apps/:id", Access.ADMIN, this::delete);
  }

  private static Map<String, Object> json(App app) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", app.id());
    json.put("name", app.name());
    json.put("description", app.description());
    json.put("retention_days", app.retentionDays());
    json.put("created_at", Timestamps.format(app.createdAtMicros()));
    return json;
  }

  private void list(RoutingContext ctx) {
    Params params = Params.of(ctx, LIST_PARAMS);
    Integer given = params.integer("limit", 1, MAX_LIMIT);
    int limit = given == null ? DEFAULT_LIMIT : given;
    // One more than asked for tells whether there is a next page.
    apps.list(params.apps(), params.text("cursor"), limit + 1)
        .onSuccess(
            found -> {
              List<App> page = found.subList(0, Math.min(limit, found.size()));
              if (found.size() > limit) {
                Links.next(ctx, page.get(limit - 1).name(), null, null);
              }
              JsonReply.send(ctx, 200, page.stream().map(AppRoutes::json).toList());
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static int id(RoutingContext ctx) {
    try {
      return Integer.parseInt(ctx.pathParam("id"));
    } catch (NumberFormatException e) {
      throw notFound().toException();
    }
  }

  private static Problem notFound() {
    return Problem.of(404, "there is no app with this id");
  }

  private void get(RoutingContext ctx) {
    AppAccess access = Params.of(ctx, Set.of()).apps();
    apps.find(access, id(ctx))
        .onSuccess(found -> reply(ctx, found))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static void reply(RoutingContext ctx, Optional<App> found) {
    if (found.isEmpty()) {
      Problems.reply(ctx, notFound());
    } else {
      JsonReply.send(ctx, 200, json(found.get()));
    }
  }

  private void create(RoutingContext ctx) {
    AppAccess access = Params.of(ctx, Set.of()).apps();
    BodyReader.read(ctx, MAX_BODY_BYTES)
        .compose(
            bytes -> {
              JsonBody body = JsonBody.of(bytes, FIELDS);
              String name = body.requiredText("name", MAX_NAME_CHARS);
              AppDraft draft =
                  new AppDraft(
                      name,
                      body.text("description", MAX_DESCRIPTION_CHARS),
                      body.positive("retention_days"));
              body.check();
              if (!access.permits(name)) {
                throw Problem.appNotAllowed("name").toException();
              }
              return apps.create(draft);
            })
        .onSuccess(
            app -> {
              ctx.response().putHeader(HttpHeaders.LOCATION, "/api/v1/apps/" + app.id());
              JsonReply.send(ctx, 201, json(app));
            })
        .onFailure(e -> fail(ctx, e));
  }

  private static void fail(RoutingContext ctx, Throwable e) {
    if (SqlFailure.of(e) == SqlFailure.DUPLICATE) {
      Problems.reply(ctx, Problem.ofField(409, "name", "another app has this name"));
    } else {
      Problems.fail(ctx, e);
    }
  }

  private void patch(RoutingContext ctx) {
    AppAccess access = Params.of(ctx, Set.of()).apps();
    int id = id(ctx);
    BodyReader.read(ctx, MAX_BODY_BYTES)
        .compose(bytes -> apps.update(access, id, change(JsonBody.of(bytes, FIELDS), access)))
        .onSuccess(changed -> reply(ctx, changed))
        .onFailure(e -> fail(ctx, e));
  }

  private static AppStore.AppChange change(JsonBody body, AppAccess access) {
    String name = body.has("name") ? body.requiredText("name", MAX_NAME_CHARS) : null;
    String description = body.text("description", MAX_DESCRIPTION_CHARS);
    Integer retentionDays = body.positive("retention_days");
    body.check();
    return before -> {
      // All keys that name the app would name another: more than a restricted one may decide.
      if (name != null && !name.equals(before.name()) && !access.isAll()) {
        throw Problem.ofField(
                403, "name", "can only be changed with an API key that is not restricted to apps")
            .toException();
      }
      return new AppDraft(
          name == null ? before.name() : name,
          body.has("description") ? description : before.description(),
          body.has("retention_days") ? retentionDays : before.retentionDays());
    };
  }

  private void delete(RoutingContext ctx) {
    Params params = Params.of(ctx, Set.of("cascade"));
    boolean cascade = params.flag("cascade");
    int id = id(ctx);
    AuditLine audit = RequestAudit.of(ctx, "app_deleted").with("app_id", id);
    apps.delete(params.apps(), id, cascade)
        .onSuccess(
            deletion -> {
              switch (deletion) {
                case DELETED -> {
                  audit.log();
                  ctx.response().setStatusCode(204).end();
                }
                case NOT_FOUND -> Problems.reply(ctx, notFound());
                case HAS_LOGS ->
                    Problems.reply(
                        ctx,
                        Problem.of(409, "the app has logs; ?cascade=true deletes them with it"));
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }
}
