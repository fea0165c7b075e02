package io.logagg.http.ingest;

import io.logagg.access.Principal;
import io.logagg.http.reply.Problem;
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

  /**
   * To be asked before anything of a request is taken: why it cannot be now, null if it can. Has
   * its answer tell what is left.
   */
  @Nullable Problem refusal(RoutingContext ctx, Allowance allowance) {
    List<Quota> quotas = allowance.quotas();
    if (quotas.isEmpty()) {
      return null;
    }
    quotas.forEach(Quota::fill);
    ctx.addHeadersEndHandler(head -> tell(ctx.response(), quotas));
    Problem refusal = allowance.obstacle();
    if (refusal != null) {
      allowance.countRefusal();
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

  /** What one request takes from its key's limits. */
  Allowance allowance(Principal sender) {
    if (sender.limits().isNone()) {
      return Allowance.UNLIMITED;
    }
    List<Quota> quotas = new ArrayList<>(RateKind.ALL.size());
    for (RateKind kind : RateKind.ALL) {
      Long perSecond = kind.perSecond(sender.limits());
      if (perSecond != null) {
        String key = prefix + sender.id() + ":" + kind.code();
        quotas.add(new Quota(buckets, kind, key, perSecond, refused.of(kind.code())));
      }
    }
    return new Allowance(quotas);
  }
}
