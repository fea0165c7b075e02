package io.logagg.http.analytics;

import io.logagg.filter.LogFilter;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problems;
import io.logagg.http.reply.ReplyStream;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.postgres.Abandonment;
import io.logagg.query.CountedField;
import io.logagg.query.FieldCounts;
import io.logagg.query.FieldCounts.Counted;
import io.logagg.query.FieldCounts.Counts;
import io.logagg.query.FieldCounts.Request;
import io.logagg.query.FieldSample;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /api/v1/stats/top} and {@code /facets}: the most frequent values of fields. */
public final class TopRoutes implements RouteGroup {
  private static final int DEFAULT_LIMIT = 10;
  private static final int MAX_TOP = 1000;

  /** Of each field, so of up to twenty. */
  private static final int MAX_FACET = 100;

  /** So many fields of the metadata are chosen where none are named. */
  private static final int CHOSEN_FIELDS = 5;

  private static final Set<String> TOP_PARAMS =
      FilterParams.plus(FilterParams.LOGS, "field", "limit");
  private static final Set<String> FACET_PARAMS =
      FilterParams.plus(FilterParams.LOGS, "fields", "limit");

  private final FieldCounts counts;
  private final FieldSample sample;
  private final InstantSource clock;

  public TopRoutes(FieldCounts counts, FieldSample sample, InstantSource clock) {
    this.counts = counts;
    this.sample = sample;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/stats/top", Access.READ, this::top);
    routes.get("/api/v1/stats/facets", Access.READ, this::facets);
  }

  private void top(RoutingContext ctx) {
    Params params = Params.of(ctx, TOP_PARAMS);
    LogFilter filter = FilterParams.logs(params, clock);
    CountedField field = FieldParams.required(params, "field");
    Request request = new Request(filter, List.of(field), limit(params, MAX_TOP));
    Abandonment abandonment = ReplyStream.abandonmentOf(ctx);
    counts
        .count(request, abandonment)
        .onSuccess(
            counted -> {
              Map<String, Object> body = json(counted.fields().get(0));
              ScannedJson.put(body, counted.scanned());
              JsonReply.send(ctx, 200, body);
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static int limit(Params params, int max) {
    Integer limit = params.integer("limit", 1, max);
    return limit == null ? DEFAULT_LIMIT : limit;
  }

  private static Map<String, Object> json(Counts counts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("field", counts.field().name());
    json.put("values", counts.values());
    json.put("other", counts.other());
    json.put("missing", counts.missing());
    return json;
  }

  private void facets(RoutingContext ctx) {
    Params params = Params.of(ctx, FACET_PARAMS);
    LogFilter filter = FilterParams.logs(params, clock);
    List<CountedField> named = FieldParams.list(params, "fields", FieldCounts.MAX_FIELDS);
    int limit = limit(params, MAX_FACET);
    Abandonment abandonment = ReplyStream.abandonmentOf(ctx);
    Future<List<CountedField>> fields =
        named.isEmpty() ? usual(filter, abandonment) : Future.succeededFuture(named);
    fields
        .compose(all -> counts.count(new Request(filter, all, limit), abandonment))
        .onSuccess(counted -> JsonReply.send(ctx, 200, json(counted)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private Future<List<CountedField>> usual(LogFilter filter, Abandonment abandonment) {
    return sample
        .take(filter, abandonment)
        .map(
            taken -> {
              List<CountedField> fields =
                  new ArrayList<>(
                      List.of(CountedField.LEVEL, CountedField.APP, CountedField.SERVICE));
              fields.addAll(taken.facets(CHOSEN_FIELDS));
              return fields;
            });
  }

  private static Map<String, Object> json(Counted counted) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("facets", counted.fields().stream().map(TopRoutes::json).toList());
    ScannedJson.put(body, counted.scanned());
    return body;
  }
}
