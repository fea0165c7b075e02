package io.logagg.access;

import io.logagg.record.AppAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and what they may do.
 *
 * @param id of the key; empty for {@link #ANYBODY}
 * @param name of the key, for people
 * @param scopes with what these include
 * @param apps whose records they may see and send
 * @param proof the hash of the secret by which the key was recognised, null where there is none to
 *     be taken back
 */
public record Principal(
    String id,
    String name,
    Set<Scope> scopes,
    AppAccess apps,
    KeyLimits limits,
    @Nullable SecretHash proof) {

  /** Where no keys are asked for. */
  public static final Principal ANYBODY =
      new Principal("", "anybody", Set.of(Scope.values()), AppAccess.ALL, KeyLimits.NONE, null);

  /** Who has shown no key where keys are asked for. */
  public static final Principal NOBODY =
      new Principal("", "nobody", Set.of(), AppAccess.NONE, KeyLimits.NONE, null);

  /** Whoever holds the key of the configuration. */
  static final Principal CONFIGURED_ADMIN =
      new Principal(
          "config", "auth.adminKey", Set.of(Scope.values()), AppAccess.ALL, KeyLimits.NONE, null);

  public Principal {
    scopes = Set.copyOf(scopes);
  }

  public boolean has(Scope scope) {
    return scopes.contains(scope);
  }
}
