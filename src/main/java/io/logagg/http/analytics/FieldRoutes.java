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
import io.logagg.query.FieldSample;
import io.logagg.query.FieldSample.Found;
import io.logagg.query.FieldSample.Sample;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code /api/v1/fields}: which fields records have. */
public final class FieldRoutes implements RouteGroup {
  private final FieldSample sample;
  private final InstantSource clock;

  public FieldRoutes(FieldSample sample, InstantSource clock) {
    this.sample = sample;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/fields", Access.READ, this::fields);
  }

  private void fields(RoutingContext ctx) {
    LogFilter filter = FilterParams.logs(Params.of(ctx, FilterParams.LOGS), clock);
    Abandonment abandonment = ReplyStream.abandonmentOf(ctx);
    sample
        .take(filter, abandonment)
        .onSuccess(taken -> JsonReply.send(ctx, 200, json(taken)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static Map<String, Object> json(Sample sample) {
    Map<String, Object> body = new LinkedHashMap<>();
    long records = sample.scanned().records();
    body.put("fields", sample.fields().stream().map(field -> json(field, records)).toList());
    if (sample.hasMore()) {
      body.put("more", true);
    }
    ScannedJson.put(body, sample.scanned());
    return body;
  }

  private static Map<String, Object> json(Found field, long records) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", field.name());
    json.put("types", field.types());
    json.put("count", field.records());
    json.put("share", Math.round(1e6 * field.records() / Math.max(1, records)) / 1e6);
    json.put("distinct", field.distinct());
    json.put("example", field.example());
    return json;
  }
}
