package io.logagg.http.analytics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.logagg.access.Principal;
import io.logagg.filter.language.Parser;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Links;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problem.FieldError;
import io.logagg.http.reply.ProblemException;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.BodyReader;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.JsonBody;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.persistence.SavedQueries;
import io.logagg.persistence.SavedQueries.Draft;
import io.logagg.persistence.SavedQueries.Place;
import io.logagg.persistence.SavedQueries.Saved;
import io.logagg.postgres.SqlFailure;
import io.logagg.record.AppAccess;
import io.logagg.record.Timestamps;
import io.vertx.core.MultiMap;
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

/**
 * {@code /api/v1/saved}: queries that are kept under a name. A key that is restricted to some apps
 * has its own, apart from all others: a query names apps and words of people who may see more.
 */
public final class SavedRoutes implements RouteGroup {
  private static final int MAX_BODY_BYTES = 32 << 10;
  private static final int MAX_NAME_CHARS = 200;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final Set<String> FIELDS = Set.of("name", "query", "params");
  private static final Set<String> SAVED_PARAMS =
      Set.of("app", "level", "service", "since", "until");

  private final SavedQueries saved;
  private final InstantSource clock;

  public SavedRoutes(SavedQueries saved, InstantSource clock) {
    this.saved = saved;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/saved", Access.READ, this::list);
    routes.add(HttpMethod.POST, "/api/v1/saved", Access.READ, this::create);
    routes.get("/api/v1/saved/:id", Access.READ, this::get);
    routes.add(HttpMethod.PATCH, "/api/v1/saved/:id", Access.READ, this::patch);
    routes.add(HttpMethod.DELETE, "/api/v1/saved/:id", Access.READ, this::delete);
  }

  private static String maker(RoutingContext ctx) {
    Principal principal = Gatekeeper.principal(ctx);
    return principal.apps().isAll() ? SavedQueries.EVERYBODY : principal.id();
  }

  private static Map<String, Object> json(Saved saved) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", saved.id());
    json.put("name", saved.content().name());
    json.put("query", saved.content().query());
    String params = saved.content().params();
    json.put("params", params == null ? Map.of() : new RawValue(params));
    json.put("created_at", Timestamps.format(saved.createdAtMicros()));
    return json;
  }

  private void list(RoutingContext ctx) {
    Params params = Params.of(ctx, Set.of("limit", "cursor"));
    Integer given = params.integer("limit", 1, MAX_LIMIT);
    int limit = given == null ? DEFAULT_LIMIT : given;
    // One more than asked for tells whether there is a next page.
    saved
        .list(maker(ctx), place(params), limit + 1)
        .onSuccess(
            found -> {
              List<Saved> page = found.subList(0, Math.min(limit, found.size()));
              if (found.size() > limit) {
                Saved last = page.get(limit - 1);
                Links.next(ctx, last.id() + ":" + last.content().name(), null, null);
              }
              JsonReply.send(ctx, 200, page.stream().map(SavedRoutes::json).toList());
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** Null for the first page. */
  private static @Nullable Place place(Params params) {
    String cursor = params.text("cursor");
    if (cursor == null) {
      return null;
    }
    int colon = cursor.indexOf(':');
    try {
      return new Place(cursor.substring(colon + 1), Integer.parseInt(cursor, 0, colon, 10));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw Problem.ofField(400, "cursor", "is not one that this server gave out").toException();
    }
  }

  private static int id(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    try {
      return Integer.parseInt(ctx.pathParam("id"));
    } catch (NumberFormatException e) {
      throw notFound().toException();
    }
  }

  private static Problem notFound() {
    return Problem.of(404, "there is no saved query with this id");
  }

  private void get(RoutingContext ctx) {
    saved
        .find(maker(ctx), id(ctx))
        .onSuccess(found -> reply(ctx, found))
        .onFailure(e -> fail(ctx, e));
  }

  private static void reply(RoutingContext ctx, Optional<Saved> found) {
    if (found.isEmpty()) {
      Problems.reply(ctx, notFound());
    } else {
      JsonReply.send(ctx, 200, json(found.get()));
    }
  }

  private void create(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    BodyReader.read(ctx, MAX_BODY_BYTES)
        .compose(
            bytes -> {
              JsonBody body = JsonBody.of(bytes, FIELDS);
              String name = body.requiredText("name", MAX_NAME_CHARS);
              String query = body.requiredText("query", Parser.MAX_CHARS);
              JsonNode params = params(body);
              check(body, query, params);
              return saved.create(maker(ctx), new Draft(name, query, text(params)));
            })
        .onSuccess(
            created -> {
              if (created.isEmpty()) {
                Problems.reply(
                    ctx,
                    Problem.of(
                        409,
                        "there are " + SavedQueries.MAX + " saved queries: delete some first"));
              } else {
                int id = created.get().id();
                ctx.response().putHeader(HttpHeaders.LOCATION, "/api/v1/saved/" + id);
                JsonReply.send(ctx, 201, json(created.get()));
              }
            })
        .onFailure(e -> fail(ctx, e));
  }

  /** Null if there are none. */
  private static @Nullable JsonNode params(JsonBody body) {
    JsonNode params = body.any("params");
    if (params == null || params.isNull() || (params.isObject() && params.isEmpty())) {
      return null;
    }
    if (!params.isObject()) {
      body.error("params", "must be an object");
      return null;
    }
    return params;
  }

  private static @Nullable String text(@Nullable JsonNode params) {
    return params == null ? null : JsonBody.storable(params);
  }

  /** Ends the request with all that is wrong: the query must be one that a list would take. */
  private void check(JsonBody body, @Nullable String query, @Nullable JsonNode params) {
    MultiMap values = MultiMap.caseInsensitiveMultiMap();
    if (query != null && !query.isBlank()) {
      values.add("q", query);
    }
    if (params != null) {
      params
          .properties()
          .forEach(
              param -> {
                String name = param.getKey();
                if (!SAVED_PARAMS.contains(name)) {
                  body.error(
                      "params." + name,
                      "unknown parameter, known here: "
                          + String.join(", ", SAVED_PARAMS.stream().sorted().toList()));
                } else if (!param.getValue().isTextual()) {
                  body.error("params." + name, "must be a string");
                } else {
                  values.add(name, param.getValue().textValue());
                }
              });
    }
    try {
      FilterParams.asked(new Params(values, AppAccess.ALL), clock);
    } catch (ProblemException e) {
      for (FieldError error : e.problem().errors()) {
        String field = error.field();
        body.error(field.equals("q") ? "query" : "params." + field, error.message());
      }
    }
    body.check();
  }

  private static void fail(RoutingContext ctx, Throwable e) {
    if (SqlFailure.of(e) == SqlFailure.DUPLICATE) {
      Problems.reply(ctx, Problem.ofField(409, "name", "another saved query has this name"));
    } else {
      Problems.fail(ctx, e);
    }
  }

  private void patch(RoutingContext ctx) {
    int id = id(ctx);
    BodyReader.read(ctx, MAX_BODY_BYTES)
        .compose(
            bytes -> {
              JsonBody body = JsonBody.of(bytes, FIELDS);
              String name = body.has("name") ? body.requiredText("name", MAX_NAME_CHARS) : null;
              String query =
                  body.has("query") ? body.requiredText("query", Parser.MAX_CHARS) : null;
              JsonNode params = params(body);
              check(body, query, params);
              return saved.update(
                  maker(ctx),
                  id,
                  before ->
                      new Draft(
                          name == null ? before.name() : name,
                          query == null ? before.query() : query,
                          body.has("params") ? text(params) : before.params()));
            })
        .onSuccess(changed -> reply(ctx, changed))
        .onFailure(e -> fail(ctx, e));
  }

  private void delete(RoutingContext ctx) {
    saved
        .delete(maker(ctx), id(ctx))
        .onSuccess(
            deleted -> {
              if (deleted) {
                ctx.response().setStatusCode(204).end();
              } else {
                Problems.reply(ctx, notFound());
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }
}
