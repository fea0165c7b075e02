package io.logagg.http.ingest;

import io.logagg.access.Principal;
import io.logagg.http.Limit;
import io.logagg.http.Problem;
import io.logagg.stream.SharedBuckets;
import io.logagg.telemetry.Family;
import io.logagg.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds keys to their limits, all processes together. Nothing is asked of those without any.
 * Answers tell what is left (draft-ietf-httpapi-ratelimit-headers-11). Thread-safe; one for each
 * process.
 */
public final class RateLimits {
  /** The draft, section 5. */
  private static final String QUOTA_EXCEEDED =
      "https://iana.org/assignments/http-problem-types#quota-exceeded";

  private static final String VIOLATED = "violated-policies";

  private final SharedBuckets buckets;
  private final String prefix;
  private final Family<Counter> refused;

  /**
   * Holds them to their limits by these buckets.
   *
   * @param stream the key of the stream, whose processes share the buckets
   */
  public RateLimits(SharedBuckets buckets, String stream, Metrics metrics) {
    this.buckets = buckets;
    this.prefix = stream + ":limit:";
    this.refused =
        metrics.counters(
            "logagg.ratelimit.refused.requests",
            "Requests refused or broken off at a limit of their API key, by limit",
            "kind");
  }

  /** A key's limit of one kind, and how much of it is there. */
  private record Quota(RateKind kind, long perSecond, double level) {
    boolean isUsedUp() {
      return level <= 0;
    }

    /** Until when there is surely no more than this; from then on there is something. */
    int seconds() {
      return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.ceil(-level / perSecond)));
    }

    String policy() {
      return "\"%s\";q=%d;qu=\"%s\";w=1".formatted(kind.code(), perSecond, kind.unit());
    }

    String rest() {
      return "\"%s\";r=%d;t=%d".formatted(kind.code(), (long) Math.max(0, level), seconds());
    }
  }

  /**
   * To be asked before anything of a request is taken: why it cannot be now, null if it can. Has
   * its answer tell what is left.
   */
  public @Nullable Problem refusal(RoutingContext ctx, Principal sender) {
    if (sender.limits().isNone()) {
      return null;
    }
    for (RateKind kind : RateKind.ALL) {
      Long perSecond = kind.perSecond(sender.limits());
      if (perSecond != null) {
        buckets.fillAt(key(sender, kind), perSecond);
      }
    }
    ctx.addHeadersEndHandler(head -> tell(ctx.response(), quotas(sender)));
    Problem refusal = obstacle(sender);
    if (refusal != null) {
      count(refusal);
    }
    return refusal;
  }

  private static void tell(HttpServerResponse response, List<Quota> quotas) {
    response
        .putHeader("RateLimit-Policy", joined(quotas, Quota::policy))
        .putHeader("RateLimit", joined(quotas, Quota::rest));
  }

  private static String joined(List<Quota> quotas, Function<Quota, String> text) {
    return quotas.stream().map(text).collect(Collectors.joining(", "));
  }

  private List<Quota> quotas(Principal sender) {
    List<Quota> quotas = new ArrayList<>(RateKind.ALL.size());
    for (RateKind kind : RateKind.ALL) {
      Long perSecond = kind.perSecond(sender.limits());
      if (perSecond != null) {
        double level = buckets.level(key(sender, kind), perSecond);
        quotas.add(new Quota(kind, perSecond, level));
      }
    }
    return quotas;
  }

  private String key(Principal sender, RateKind kind) {
    return prefix + sender.id() + ":" + kind.code();
  }

  /** What one request takes from its key's limits. */
  public Allowance allowance(Principal sender) {
    return sender.limits().isNone() ? Allowance.UNLIMITED : new Allowance(this, sender);
  }

  void take(Principal sender, RateKind kind, long count) {
    Long perSecond = kind.perSecond(sender.limits());
    if (perSecond != null && count != 0) {
      buckets.take(key(sender, kind), perSecond, count);
    }
  }

  /** Why no more can be taken now; null if it can. */
  @Nullable Problem obstacle(Principal sender) {
    List<Quota> usedUp = quotas(sender).stream().filter(Quota::isUsedUp).toList();
    if (usedUp.isEmpty()) {
      return null;
    }
    String limits =
        usedUp.stream()
            .map(quota -> "%d %s".formatted(quota.perSecond(), quota.kind().code()))
            .collect(Collectors.joining(" and "));
    int seconds = usedUp.stream().mapToInt(Quota::seconds).max().orElse(1);
    return Problem.retryLater(429, "this API key may send " + limits + " a second", seconds)
        .at(Limit.API_KEY)
        .with("type", QUOTA_EXCEEDED)
        .with("title", "The quota of the API key is used up")
        .with(VIOLATED, usedUp.stream().map(quota -> quota.kind().code()).toList());
  }

  /** Counts a request that is answered with this, if it is for a key's limits. */
  void count(Problem problem) {
    if (problem.extra().get(VIOLATED) instanceof List<?> kinds) {
      kinds.forEach(kind -> refused.of(String.valueOf(kind)).increment());
    }
  }
}
