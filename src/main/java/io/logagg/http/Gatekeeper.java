package io.logagg.http;

import io.logagg.access.Authenticator;
import io.logagg.access.Principal;
import io.logagg.access.Verdict;
import io.logagg.access.Verdict.Known;
import io.logagg.access.Verdict.Refused;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests through whose key is good for the route, tells the route who asks, and ends what is
 * still under way once its key is taken back. Belongs to one verticle's context.
 */
public final class Gatekeeper {
  private static final String PRINCIPAL = "logagg.principal";
  private static final long RECHECK_MS = 1000;

  private final Authenticator authenticator;
  private final Map<RoutingContext, Principal> inside = new LinkedHashMap<>();

  Gatekeeper(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  /** Begins to look after the requests that are under way; the timer ends with the verticle. */
  Gatekeeper watching(Vertx vertx) {
    if (authenticator.asksForKeys()) {
      vertx.setPeriodic(RECHECK_MS, id -> expel());
    }
    return this;
  }

  /** Who asks. Fails where the route did not go through {@link #admit}. */
  public static Principal principal(RoutingContext ctx) {
    Principal principal = ctx.get(PRINCIPAL);
    if (principal == null) {
      throw new IllegalStateException("nobody has looked at who asks");
    }
    return principal;
  }

  /** Goes on if this request may have what the route gives; else answers. */
  void admit(RoutingContext ctx, Access access) {
    if (access.isOpen() || !authenticator.asksForKeys()) {
      ctx.put(PRINCIPAL, Principal.ANYBODY);
      ctx.next();
      return;
    }
    Set<String> keys = Credentials.of(ctx.request().headers());
    if (keys.size() != 1) {
      refuse(ctx, keys.isEmpty() ? null : "the request carries API keys that differ");
      return;
    }
    String key = keys.iterator().next();
    Verdict verdict = authenticator.verify(key);
    if (verdict == Refused.UNKNOWN || verdict == Refused.UNDECIDED) {
      // It may have been made a moment ago, in another process.
      ctx.request().pause();
      authenticator
          .refresh()
          .onComplete(
              done -> {
                ctx.request().resume();
                decide(ctx, access, authenticator.verify(key));
              });
    } else {
      decide(ctx, access, verdict);
    }
  }

  private void decide(RoutingContext ctx, Access access, Verdict verdict) {
    if (verdict instanceof Known known) {
      Problem refusal = access.refusal(known.principal());
      if (refusal == null) {
        enter(ctx, known.principal());
      } else {
        Problems.reply(ctx, refusal);
      }
    } else if (verdict == Refused.UNDECIDED) {
      Problems.reply(
          ctx,
          Problem.retryLater(503, "the API keys cannot be read: PostgreSQL is away", 2)
              .at(Limit.POSTGRES));
    } else {
      refuse(ctx, reason((Refused) verdict));
    }
  }

  private static String reason(Refused refused) {
    return switch (refused) {
      case REVOKED -> "this API key was revoked";
      case EXPIRED -> "this API key has expired";
      default -> "this API key is not known";
    };
  }

  private void enter(RoutingContext ctx, Principal principal) {
    ctx.put(PRINCIPAL, principal);
    inside.put(ctx, principal);
    ctx.addEndHandler(end -> inside.remove(ctx));
    ctx.next();
  }

  /** Ends the requests whose keys hold no longer, such as a tail. */
  private void expel() {
    List<RoutingContext> revoked =
        inside.entrySet().stream()
            .filter(entry -> !authenticator.stillHolds(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    revoked.forEach(ctx -> refuse(ctx, "this API key holds no longer"));
  }

  /** Answers with the problem, but those without a key do not learn which paths there are. */
  void orHide(RoutingContext ctx, Problem problem) {
    if (!authenticator.asksForKeys()) {
      Problems.reply(ctx, problem);
      return;
    }
    Set<String> keys = Credentials.of(ctx.request().headers());
    if (keys.isEmpty()) {
      refuse(ctx, null);
    } else if (keys.size() == 1 && authenticator.verify(keys.iterator().next()) instanceof Known) {
      Problems.reply(ctx, problem);
    } else {
      refuse(ctx, reason(Refused.UNKNOWN));
    }
  }

  /**
   * Answers 401 (RFC 6750 §3).
   *
   * @param reason null where no key was presented
   */
  private static void refuse(RoutingContext ctx, @Nullable String reason) {
    if (!ctx.response().headWritten()) {
      ctx.response()
          .putHeader(
              "WWW-Authenticate",
              reason == null
                  ? "Bearer realm=\"logagg\""
                  : "Bearer realm=\"logagg\", error=\"invalid_token\"");
    }
    Problems.reply(
        ctx,
        Problem.of(
            401,
            reason == null
                ? "an API key is needed: send Authorization: Bearer <key>, or X-API-Key: <key>"
                : reason));
  }
}
