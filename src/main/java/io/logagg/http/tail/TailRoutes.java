package io.logagg.http.tail;

import io.logagg.filter.LogFilter;
import io.logagg.filter.RecordMatcher;
import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.query.TailFeed;
import io.logagg.query.TailPosition;
import io.logagg.telemetry.Metrics;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/logs/tail}: records as they are stored. Belongs to one verticle's context. */
public final class TailRoutes implements RouteGroup {
  private static final String LAST_EVENT_ID = "last_event_id";
  private static final Set<String> PARAMS = FilterParams.plus(FilterParams.LOGS, LAST_EVENT_ID);
  private static final int RETRY_AFTER_SECONDS = 10;
  private static final long MAX_BEAT_MS = 15_000;

  private final TailFeed feed;
  private final InstantSource clock;
  private final long beatMs;
  private final TailMeters meters;
  private final Set<TailStream> streams = new HashSet<>();

  /**
   * For one verticle.
   *
   * @param idleTimeoutMs after which a silent connection is closed
   */
  public TailRoutes(TailFeed feed, InstantSource clock, int idleTimeoutMs, Metrics metrics) {
    this.feed = feed;
    this.clock = clock;
    this.beatMs = Math.min(MAX_BEAT_MS, Math.max(1, idleTimeoutMs / 3));
    this.meters = new TailMeters(metrics, feed);
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/logs/tail", Access.READ, this::tail);
  }

  private void tail(RoutingContext ctx) {
    Params params = Params.of(ctx, PARAMS);
    LogFilter filter = FilterParams.logs(params, clock);
    TailPosition from = position(ctx, params);
    TailStream stream =
        new TailStream(ctx, RecordMatcher.of(filter), meters, params.apps().isAll());
    feed.follow(filter, from, stream)
        .onSuccess(follower -> begin(ctx, stream, follower))
        .onFailure(
            e ->
                Problems.fail(
                    ctx,
                    e instanceof TailFeed.FullException full
                        ? Problem.retryLater(503, full.getMessage(), RETRY_AFTER_SECONDS)
                            .at(Limit.TAILS)
                            .toException()
                        : e));
  }

  private void begin(RoutingContext ctx, TailStream stream, TailFeed.Follower follower) {
    if (ctx.response().closed()) {
      follower.leave();
      return;
    }
    streams.add(stream);
    stream.start(follower, beatMs, streams::remove);
  }

  /** Browsers send the header when they come back; the parameter is for all who cannot set one. */
  private static @Nullable TailPosition position(RoutingContext ctx, Params params) {
    String header = ctx.request().getHeader("Last-Event-ID");
    String given = params.nonEmpty(LAST_EVENT_ID);
    String text = header == null || header.isEmpty() ? given : header;
    if (text == null) {
      return null;
    }
    return TailPosition.parse(text)
        .orElseThrow(
            () ->
                Problem.ofField(400, LAST_EVENT_ID, "is not the id of an event of this route")
                    .toException());
  }

  /** Ends all streams, so that clients go elsewhere. */
  public void close() {
    Set.copyOf(streams).forEach(TailStream::end);
  }
}
