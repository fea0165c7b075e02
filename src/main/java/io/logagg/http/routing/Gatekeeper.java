package io.logagg.http.routing;

import io.logagg.access.Authenticator;
import io.logagg.access.Principal;
import io.logagg.access.Verdict;
import io.logagg.access.Verdict.Known;
import io.logagg.access.Verdict.Refused;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Lets requests through whose key is good for the route, tells the route who asks, and ends what is
 * still under way once its key is taken back. Belongs to one verticle's context.
 */
public final class Gatekeeper {
  private static final String PRINCIPAL = "logagg.principal";
  private static final String ON_EXPELLED = "logagg.onExpelled";
  private static final long RECHECK_MS = 1000;

  private final Authenticator authenticator;
  private final Refusals refusals;
  private final Map<RoutingContext, Principal> inside = new LinkedHashMap<>();

  public Gatekeeper(Authenticator authenticator, Refusals refusals) {
    this.authenticator = authenticator;
    this.refusals = refusals;
  }

  /** Begins to look after the requests that are under way; the timer ends with the verticle. */
  public Gatekeeper watching(Vertx vertx) {
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

  /**
   * Has a request end in its own way once its key is taken back; otherwise it is cut.
   *
   * @param end ends it with the problem, if there is still something to end, and tells whether
   */
  public static void onExpelled(RoutingContext ctx, Predicate<Problem> end) {
    ctx.put(ON_EXPELLED, end);
  }

  /** Goes on if this request may have what the route gives; else answers. */
  void admit(RoutingContext ctx, Access access) {
    if (access.isOpen() || !authenticator.asksForKeys()) {
      ctx.put(PRINCIPAL, authenticator.asksForKeys() ? Principal.NOBODY : Principal.ANYBODY);
      ctx.next();
    } else {
      identify(ctx, principal -> enter(ctx, access, principal));
    }
  }

  /** Answers so, but those without a key do not learn which paths there are. */
  public void orHide(RoutingContext ctx, Runnable reply) {
    if (authenticator.asksForKeys()) {
      identify(ctx, known -> UnreadBody.answer(ctx, reply));
    } else {
      UnreadBody.answer(ctx, reply);
    }
  }

  /** Goes on with whoever asks; answers if the request has no good key. */
  private void identify(RoutingContext ctx, Consumer<Principal> found) {
    Set<String> keys = Credentials.of(ctx.request().headers());
    if (keys.size() != 1) {
      refuse(ctx, keys.isEmpty() ? Refusal.MISSING : Refusal.SEVERAL, keys);
      return;
    }
    String key = keys.iterator().next();
    Verdict verdict = authenticator.verify(key);
    if (verdict != Refused.UNKNOWN && verdict != Refused.UNDECIDED) {
      decide(ctx, verdict, keys, found);
      return;
    }
    // It may have been made a moment ago, in another process. No byte of the body may come before
    // the route is there to take it.
    ctx.request().pause();
    authenticator
        .refresh()
        .onComplete(
            done -> {
              if (!ctx.response().closed()) {
                // What waits is handed over in a later turn: a route can pause again before.
                ctx.request().resume();
                decide(ctx, authenticator.verify(key), keys, found);
              }
            });
  }

  private void decide(
      RoutingContext ctx, Verdict verdict, Set<String> keys, Consumer<Principal> found) {
    if (verdict instanceof Known known) {
      found.accept(known.principal());
    } else {
      refuse(ctx, refusal((Refused) verdict), keys);
    }
  }

  private static Refusal refusal(Refused refused) {
    return switch (refused) {
      case MALFORMED -> Refusal.MALFORMED;
      case UNKNOWN -> Refusal.UNKNOWN;
      case REVOKED -> Refusal.REVOKED;
      case EXPIRED -> Refusal.EXPIRED;
      case UNDECIDED -> Refusal.UNDECIDED;
    };
  }

  private void enter(RoutingContext ctx, Access access, Principal principal) {
    Problem lacks = access.refusal(principal);
    if (lacks != null) {
      Refusal refusal = access.hasScope(principal) ? Refusal.APPS : Refusal.SCOPE;
      refusals.note(refusal, RequestAudit.client(ctx), Set.of());
      challenge(ctx, refusal);
      UnreadBody.answer(ctx, () -> Problems.reply(ctx, lacks));
      return;
    }
    ctx.put(PRINCIPAL, principal);
    inside.put(ctx, principal);
    ctx.addEndHandler(end -> inside.remove(ctx));
    ctx.next();
  }

  /** Ends the requests whose keys hold no longer, such as a tail. */
  private void expel() {
    List<RoutingContext> withdrawn =
        inside.entrySet().stream()
            .filter(entry -> !authenticator.stillHolds(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    withdrawn.forEach(this::expel);
  }

  private void expel(RoutingContext ctx) {
    inside.remove(ctx);
    String client = RequestAudit.client(ctx);
    if (end(ctx)) {
      refusals.note(Refusal.WITHDRAWN, client, Set.of());
    }
  }

  /** Whether it was not about to end anyway. */
  private static boolean end(RoutingContext ctx) {
    Predicate<Problem> end = ctx.get(ON_EXPELLED);
    if (end == null || ctx.response().headWritten()) {
      // Its work ends with it; an answer of ours would only be in the way of the route's.
      ctx.response().reset();
      return true;
    }
    // Only the route knows whether it is this that it answers.
    ctx.addHeadersEndHandler(
        head -> {
          if (ctx.response().getStatusCode() == Refusal.WITHDRAWN.status()) {
            challenge(ctx, Refusal.WITHDRAWN);
          }
        });
    return end.test(Refusal.WITHDRAWN.problem());
  }

  private void refuse(RoutingContext ctx, Refusal refusal, Set<String> keys) {
    refusals.note(refusal, RequestAudit.client(ctx), keys);
    challenge(ctx, refusal);
    UnreadBody.answer(ctx, () -> Problems.reply(ctx, refusal.problem()));
  }

  private static void challenge(RoutingContext ctx, Refusal refusal) {
    String challenge = refusal.challenge();
    if (challenge != null) {
      ctx.response().putHeader("WWW-Authenticate", challenge);
    }
  }
}
