package io.logagg.http.analytics;

import io.logagg.filter.LogFilter;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.LargeReplies;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.reply.ReplyStream;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.postgres.Abandonment;
import io.logagg.query.Comparison;
import io.logagg.query.Comparison.Change;
import io.logagg.query.Comparison.Side;
import io.logagg.query.CountedField;
import io.logagg.query.FieldCounts;
import io.logagg.query.FieldCounts.Counted;
import io.logagg.query.FieldCounts.Request;
import io.logagg.query.FieldCounts.Value;
import io.logagg.query.Scanned;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/stats/compare}: one time against the one before. */
public final class CompareRoutes implements RouteGroup {
  private static final long HOUR_MICROS = 3_600_000_000L;
  private static final int DEFAULT_LIMIT = 20;
  private static final int MAX_LIMIT = 1000;
  private static final Set<String> PARAMS =
      FilterParams.plus(FilterParams.LOGS, "field", "limit", "before_since", "before_until");

  private final FieldCounts counts;
  private final LargeReplies largeReplies;
  private final InstantSource clock;

  public CompareRoutes(FieldCounts counts, LargeReplies largeReplies, InstantSource clock) {
    this.counts = counts;
    this.largeReplies = largeReplies;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/stats/compare", Access.READ, this::compare);
  }

  /** A time, the end not in it. */
  private record Span(long since, long until) {
    long length() {
      return until - since;
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("since", Timestamps.format(since));
      json.put("until", Timestamps.format(until));
      return json;
    }

    /** Without what was not looked at. */
    Span of(Scanned scanned) {
      Long from = scanned.sinceMicros();
      return from == null ? this : new Span(from, until);
    }
  }

  private void compare(RoutingContext ctx) {
    Params params = Params.of(ctx, PARAMS);
    LogFilter filter = FilterParams.logs(params, clock);
    String name = params.nonEmpty("field");
    CountedField field = name == null ? CountedField.LEVEL : FieldParams.field("field", name);
    Integer given = params.integer("limit", 1, MAX_LIMIT);
    int limit = given == null ? DEFAULT_LIMIT : given;
    Span now = now(filter);
    Span before =
        span(
            params.time("before_since", clock), params.time("before_until", clock), now, "before_");
    Abandonment abandonment = ReplyStream.abandonmentOf(ctx);
    // Thousands of messages are held twice, so it takes a place.
    largeReplies
        .send(
            () ->
                count(filter, field, now, abandonment)
                    .compose(
                        countedNow ->
                            count(filter, field, before, abandonment)
                                .compose(
                                    countedBefore ->
                                        JsonReply.send(
                                            ctx,
                                            200,
                                            json(
                                                new Part(now, countedNow),
                                                new Part(before, countedBefore),
                                                limit)))))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private Span now(LogFilter filter) {
    Long until = filter.untilMicros();
    long end = until == null ? Timestamps.micros(clock.instant()) : until;
    Long since = filter.sinceMicros();
    return checked(new Span(since == null ? end - HOUR_MICROS : since, end), "");
  }

  /** As long as the other and just before it, but for what is given. */
  private static Span span(@Nullable Long since, @Nullable Long until, Span next, String prefix) {
    long end = until != null ? until : since != null ? since + next.length() : next.since();
    return checked(new Span(since == null ? end - next.length() : since, end), prefix);
  }

  private static Span checked(Span span, String prefix) {
    if (span.since() >= span.until() || span.since() < Timestamps.MIN_MICROS) {
      throw Problem.ofField(
              400, prefix + "since", "must be before " + prefix + "until, and not too long ago")
          .toException();
    }
    return span;
  }

  private Future<Counted> count(
      LogFilter filter, CountedField field, Span span, Abandonment abandonment) {
    LogFilter within = filter.within(span.since(), span.until());
    return counts.count(new Request(within, List.of(field), FieldCounts.MAX_VALUES), abandonment);
  }

  /** One of the two, and what was counted in it. */
  private record Part(Span span, Counted counted) {
    Side side() {
      FieldCounts.Counts counts = counted.fields().get(0);
      return new Side(
          counts.values().stream().collect(Collectors.toMap(Value::value, Value::count)),
          counts.other() == 0);
    }

    Span looked() {
      return span.of(counted.scanned());
    }
  }

  private static Map<String, Object> json(Part now, Part before, int limit) {
    double ratio = (double) now.looked().length() / before.looked().length();
    Side sideNow = now.side();
    Side sideBefore = before.side();
    List<Change> changes = Comparison.of(sideNow, sideBefore, ratio);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("field", now.counted().fields().get(0).field().name());
    body.put("now", now.looked().json());
    body.put("before", before.looked().json());
    body.put("changes", changes.stream().limit(limit).map(CompareRoutes::json).toList());
    if (changes.size() > limit) {
      body.put("more", true);
    }
    Scanned scannedNow = now.counted().scanned();
    Scanned scannedBefore = before.counted().scanned();
    boolean isCut = scannedNow.isApproximate() || scannedBefore.isApproximate();
    if (isCut || !sideNow.isWhole() || !sideBefore.isWhole()) {
      body.put("approximate", true);
      body.put("scanned", scannedNow.records() + scannedBefore.records());
    }
    return body;
  }

  private static Map<String, Object> json(Change change) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("value", change.value());
    json.put("kind", change.kind().name().toLowerCase(Locale.ROOT));
    json.put("count", change.now());
    json.put("before", change.before());
    json.put("change", rounded(change.now() - change.expected()));
    json.put("ratio", change.before() == 0 ? null : rounded(change.now() / change.expected()));
    json.put("score", rounded(change.score()));
    return json;
  }

  /** A whole number as such, any other with three digits behind the point. */
  private static Number rounded(double value) {
    double rounded = Math.rint(value * 1000) / 1000;
    return rounded == Math.rint(rounded) ? (Number) (long) rounded : (Number) rounded;
  }
}
