package io.logagg.http.analytics;

import io.logagg.filter.Field.Metadata;
import io.logagg.http.reply.LargeReplies;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.reply.ReplyStream;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.query.CountedField;
import io.logagg.query.LogSeries;
import io.logagg.query.LogSeries.Request;
import io.logagg.query.NumberSeries.Statistic;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/stats/timeseries}: numbers over time. */
public final class SeriesRoutes implements RouteGroup {
  private static final Set<String> PARAMS =
      FilterParams.plus(FilterParams.LOGS, "field", "interval", "group_by", "stats", "tz");

  private final LogSeries series;
  private final LargeReplies largeReplies;
  private final InstantSource clock;

  public SeriesRoutes(LogSeries series, LargeReplies largeReplies, InstantSource clock) {
    this.series = series;
    this.largeReplies = largeReplies;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/stats/timeseries", Access.READ, this::timeseries);
  }

  private void timeseries(RoutingContext ctx) {
    Request request = request(Params.of(ctx, PARAMS));
    ReplyStream reply = ReplyStream.of(ctx);
    series
        .of(request, reply.abandonment())
        .compose(
            found -> BucketsBody.send(ctx, reply, largeReplies, new SeriesBody(request, found)),
            e -> Future.failedFuture(IntervalParams.problem(e)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private Request request(Params params) {
    Metadata field = FieldParams.required(params, "field").path();
    if (field == null) {
      throw Problem.ofField(
              400, "field", "must be a path in the metadata, such as metadata_.duration_ms")
          .toException();
    }
    return new Request(
        IntervalParams.logs(params, clock),
        field,
        IntervalParams.interval(params),
        IntervalParams.zone(params),
        groupBy(params.nonEmpty("group_by")),
        statistics(params.nonEmptyList("stats")));
  }

  private static @Nullable CountedField groupBy(@Nullable String text) {
    if (text == null) {
      return null;
    }
    CountedField field = FieldParams.field("group_by", text);
    if (field.equals(CountedField.MESSAGE)) {
      throw Problem.ofField(
              400, "group_by", "must be level, app, service or a path in the metadata")
          .toException();
    }
    return field;
  }

  /** All, if none are named. */
  private static List<Statistic> statistics(List<String> names) {
    return names.isEmpty()
        ? List.of(Statistic.values())
        : names.stream().map(SeriesRoutes::statistic).distinct().toList();
  }

  private static Statistic statistic(String name) {
    return Arrays.stream(Statistic.values())
        .filter(statistic -> name.equals(name(statistic)))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.ofField(400, "stats", "must be of avg, min, max, p50, p95, p99")
                    .toException());
  }

  /** As it is called in requests and answers. */
  static String name(Statistic statistic) {
    return statistic.name().toLowerCase(Locale.ROOT);
  }
}
