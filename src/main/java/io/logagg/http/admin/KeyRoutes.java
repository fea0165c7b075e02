package io.logagg.http.admin;

import io.logagg.access.ApiKey;
import io.logagg.access.ApiKey.Draft;
import io.logagg.access.Authenticator;
import io.logagg.access.KeyRules;
import io.logagg.access.KeyStore;
import io.logagg.access.KeyStore.Made;
import io.logagg.access.KeyStore.Place;
import io.logagg.access.KeyText;
import io.logagg.access.Scope;
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
import io.logagg.record.Timestamps;
import io.logagg.telemetry.AuditLine;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/keys}: makes, changes and revokes API keys. A secret is shown once. */
public final class KeyRoutes implements RouteGroup {
  /** Room for as many apps with as long names as there may be. */
  private static final int MAX_BODY_BYTES = 2 << 20;

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final String PATH = "/api/v1/keys";
  private static final String NO_SUCH_KEY = "there is no such key";

  private final KeyStore keys;
  private final Authenticator authenticator;
  private final InstantSource clock;

  public KeyRoutes(KeyStore keys, Authenticator authenticator, InstantSource clock) {
    this.keys = keys;
    this.authenticator = authenticator;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get(PATH, Access.ADMIN_ALL, this::list);
    routes.add(HttpMethod.POST, PATH, Access.ADMIN_ALL, this::create);
    routes.get(PATH + "/:id", Access.ADMIN_ALL, this::get);
    routes.add(HttpMethod.PATCH, PATH + "/:id", Access.ADMIN_ALL, this::patch);
    routes.add(HttpMethod.DELETE, PATH + "/:id", Access.ADMIN_ALL, this::revoke);
    routes.add(HttpMethod.POST, PATH + "/:id/rotate", Access.ADMIN_ALL, this::rotate);
  }

  private static Map<String, @Nullable Object> json(Made made) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", made.key().id());
    json.put("key", made.secret());
    json.putAll(made.key().shown());
    return json;
  }

  private void list(RoutingContext ctx) {
    Params params = Params.of(ctx, Set.of("limit", "cursor"));
    Integer given = params.integer("limit", 1, MAX_LIMIT);
    int limit = given == null ? DEFAULT_LIMIT : given;
    String cursor = params.text("cursor");
    Place after = cursor == null ? null : place(cursor);
    // One more than asked for tells whether there is a next page.
    keys.list(after, limit + 1)
        .onSuccess(
            found -> {
              List<ApiKey> page = found.subList(0, Math.min(limit, found.size()));
              if (found.size() > limit) {
                Links.next(ctx, Place.of(page.get(limit - 1)).text(), null, null);
              }
              JsonReply.send(ctx, 200, page.stream().map(ApiKey::shown).toList());
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static Place place(String cursor) {
    return Place.parse(cursor)
        .orElseThrow(
            () ->
                Problem.ofField(400, "cursor", "is not one that this server gave out")
                    .toException());
  }

  private static String id(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    String id = ctx.pathParam("id");
    if (!KeyText.isId(id)) {
      throw Problem.of(404, NO_SUCH_KEY).toException();
    }
    return id;
  }

  private void get(RoutingContext ctx) {
    keys.find(id(ctx)).onSuccess(found -> reply(ctx, found)).onFailure(e -> Problems.fail(ctx, e));
  }

  private static void reply(RoutingContext ctx, Optional<ApiKey> found) {
    if (found.isEmpty()) {
      Problems.reply(ctx, Problem.of(404, NO_SUCH_KEY)); // One that is revoked is shown.
    } else {
      JsonReply.send(ctx, 200, found.get().shown());
    }
  }

  private static void noneHeld(RoutingContext ctx) {
    Problems.reply(ctx, Problem.of(404, NO_SUCH_KEY + ", or it is revoked"));
  }

  private void create(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    AuditLine audit = RequestAudit.of(ctx, "key_created");
    BodyReader.read(ctx, MAX_BODY_BYTES)
        .compose(bytes -> keys.create(KeyBody.draft(bytes, nowMicros())))
        .onSuccess(
            made -> {
              if (made.isEmpty()) {
                Problems.reply(
                    ctx, Problem.of(409, "there are " + KeyStore.MAX + " keys: revoke some first"));
                return;
              }
              ApiKey key = made.get().key();
              log(audit, key);
              ctx.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + key.id());
              learn(ctx, 201, json(made.get()));
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static void log(AuditLine audit, ApiKey key) {
    Draft draft = key.draft();
    audit
        .with("key_id", key.id())
        .with("name", draft.name())
        .with(
            "scopes", String.join(",", draft.scopes().stream().sorted().map(Scope::code).toList()))
        .with("apps", draft.apps().isAll() ? null : String.join(",", draft.apps().sorted()))
        .log();
  }

  /** Answers once this process knows of it as well. */
  private void learn(RoutingContext ctx, int status, Object body) {
    authenticator.refresh().onComplete(done -> JsonReply.send(ctx, status, body));
  }

  private long nowMicros() {
    return Timestamps.micros(clock.instant());
  }

  private void patch(RoutingContext ctx) {
    String id = id(ctx);
    AuditLine audit = RequestAudit.of(ctx, "key_changed");
    BodyReader.read(ctx, MAX_BODY_BYTES)
        .compose(bytes -> keys.update(id, KeyBody.change(bytes, nowMicros())))
        .onSuccess(
            changed -> {
              if (changed.isEmpty()) {
                noneHeld(ctx);
                return;
              }
              log(audit, changed.get());
              learn(ctx, 200, changed.get().shown());
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private void revoke(RoutingContext ctx) {
    String id = id(ctx);
    AuditLine audit = RequestAudit.of(ctx, "key_revoked").with("key_id", id);
    keys.revoke(id)
        .onSuccess(
            revoked -> {
              if (revoked) {
                audit.log(); // It is, whether or not this process learns of it now.
                authenticator.refresh().onComplete(done -> ctx.response().setStatusCode(204).end());
              } else {
                noneHeld(ctx);
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private void rotate(RoutingContext ctx) {
    String id = id(ctx);
    AuditLine audit = RequestAudit.of(ctx, "key_rotated").with("key_id", id);
    BodyReader.read(ctx, MAX_BODY_BYTES)
        .compose(
            bytes -> {
              int grace = graceSeconds(bytes);
              audit.with("grace_seconds", grace);
              return keys.rotate(id, grace);
            })
        .onSuccess(
            made -> {
              if (made.isEmpty()) {
                noneHeld(ctx);
                return;
              }
              audit.log();
              learn(ctx, 200, json(made.get()));
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** 0 without a body. */
  private static int graceSeconds(byte[] bytes) {
    if (bytes.length == 0) {
      return 0;
    }
    JsonBody body = JsonBody.of(bytes, Set.of("grace_seconds"));
    Integer grace = body.wholeNumber("grace_seconds", 0, KeyRules.MAX_GRACE_SECONDS);
    body.check();
    return grace == null ? 0 : grace;
  }
}
