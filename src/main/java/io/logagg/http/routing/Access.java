package io.logagg.http.routing;

import io.logagg.access.Principal;
import io.logagg.access.Scope;
import io.logagg.http.reply.Problem;
import org.jspecify.annotations.Nullable;

/** What a route asks of those who call it. */
public enum Access {
  /** Nothing. */
  OPEN(null, false),
  /** To send records, of the apps that the key names. */
  INGEST(Scope.INGEST, false),
  /** To read; the route shows only what belongs to the key's apps. */
  READ(Scope.READ, false),
  /** To read what cannot be told apart by app. */
  READ_ALL(Scope.READ, true),
  /** To change and remove; the route touches only what belongs to the key's apps. */
  ADMIN(Scope.ADMIN, false),
  /** To change what belongs to no app. */
  ADMIN_ALL(Scope.ADMIN, true);

  private final @Nullable Scope scope;
  private final boolean allApps;

  Access(@Nullable Scope scope, boolean allApps) {
    this.scope = scope;
    this.allApps = allApps;
  }

  /** Null if any will do, and none. */
  public @Nullable Scope scope() {
    return scope;
  }

  /** Whether a key that is restricted to some apps will not do. */
  public boolean isForAllApps() {
    return allApps;
  }

  boolean isOpen() {
    return scope == null;
  }

  boolean hasScope(Principal principal) {
    return scope == null || principal.has(scope);
  }

  /** Why this one may not; null if they may. */
  @Nullable Problem refusal(Principal principal) {
    if (scope != null && !hasScope(principal)) {
      return Problem.of(403, "this API key lacks the scope " + scope.code());
    }
    if (allApps && !principal.apps().isAll()) {
      return Problem.of(403, "this needs an API key that is not restricted to some apps");
    }
    return null;
  }
}
