package io.logagg.http.alerts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.alert.AlertRule;
import io.logagg.alert.RuleJson;
import io.logagg.alerting.AlertPreview;
import io.logagg.filter.LogFilter;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.LargeReplies;
import io.logagg.http.reply.Problems;
import io.logagg.http.reply.ReplyStream;
import io.logagg.http.request.BodyReader;
import io.logagg.http.request.FilterParams;
import io.logagg.http.request.JsonBody;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.postgres.Abandonment;
import io.logagg.record.AppAccess;
import io.logagg.record.TimeSpans;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code /api/v1/alerts/preview}: when a rule would have fired. A key that is restricted to some
 * apps asks of their records only.
 */
public final class PreviewRoutes implements RouteGroup {
  private static final Set<String> FIELDS = fields();

  private final AlertPreview preview;
  private final LargeReplies largeReplies;
  private final InstantSource clock;
  private final long delayMs;

  /**
   * For one verticle.
   *
   * @param delayMs how long after its end a window is complete
   */
  public PreviewRoutes(
      AlertPreview preview, LargeReplies largeReplies, InstantSource clock, long delayMs) {
    this.preview = preview;
    this.largeReplies = largeReplies;
    this.clock = clock;
    this.delayMs = delayMs;
  }

  private static Set<String> fields() {
    Set<String> fields = new TreeSet<>(RuleJson.FIELDS);
    fields.add("since");
    fields.add("until");
    return Set.copyOf(fields);
  }

  @Override
  public void mount(Routes routes) {
    routes.add(HttpMethod.POST, AlertRoutes.PATH + "/preview", Access.READ, this::preview);
  }

  /** What is to be evaluated. */
  private record Asked(AlertRule rule, LogFilter filter, long sinceMicros, long untilMicros) {}

  private void preview(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    AppAccess apps = Gatekeeper.principal(ctx).apps();
    Abandonment abandonment = ReplyStream.abandonmentOf(ctx);
    BodyReader.read(ctx, AlertRoutes.MAX_BODY_BYTES)
        .compose(
            bytes -> {
              Asked asked = asked(JsonBody.of(bytes, FIELDS), apps);
              return largeReplies.sendHeavy(() -> answer(ctx, asked, abandonment));
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private Asked asked(JsonBody body, AppAccess apps) {
    long now = Timestamps.micros(clock.instant()) - delayMs * 1000;
    long since = time(body, "since", now, now - 86_400_000_000L);
    long until = Math.min(now, time(body, "until", now, now));
    ObjectNode object = body.object().deepCopy();
    object.remove(Set.of("since", "until"));
    if (!object.has("name")) {
      object.put("name", "preview");
    }
    AlertRule rule = AlertRoutes.rule(body, object);
    String refusal = AlertPreview.refusal(rule, since, until);
    if (refusal != null) {
      body.error("since", refusal);
    }
    body.check();
    return new Asked(rule, FilterParams.permitted(rule.watched().filter(), apps), since, until);
  }

  private static long time(JsonBody body, String field, long now, long byDefault) {
    String text = body.text(field, 100);
    if (text == null) {
      return byDefault;
    }
    OptionalLong span = TimeSpans.before(now, text);
    OptionalLong time = span.isPresent() ? span : Timestamps.parse(text);
    if (time.isEmpty()) {
      body.error(
          field, "must be a time such as 2026-11-24T08:00:00Z, or a span such as 15m, 2h or 7d");
    }
    return time.orElse(byDefault);
  }

  private Future<Void> answer(RoutingContext ctx, Asked asked, Abandonment abandonment) {
    return preview
        .run(asked.rule(), asked.filter(), asked.sinceMicros(), asked.untilMicros(), abandonment)
        .compose(
            found ->
                ctx.vertx().executeBlocking(() -> JsonReply.write(AlertJson.preview(found)), false))
        .compose(json -> JsonReply.sendText(ctx, 200, json));
  }
}
