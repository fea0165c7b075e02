package io.logagg.access;

import io.logagg.record.AppAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is kept, without its secret. Times in microseconds since the epoch.
 *
 * @param id the public part of the key
 * @param draft what it was made to be
 * @param rotatedAtMicros when it got the secret that it has now, if that is not its first
 * @param lastUsedAtMicros as of some seconds ago; null if it never was
 * @param revokedAtMicros null while it was not
 */
public record ApiKey(
    String id,
    Draft draft,
    long createdAtMicros,
    @Nullable Long rotatedAtMicros,
    @Nullable Long lastUsedAtMicros,
    @Nullable Long revokedAtMicros) {

  /**
   * What a key is to be.
   *
   * @param expiresAtMicros from then on it is worth nothing; null for never
   */
  public record Draft(
      String name,
      Set<Scope> scopes,
      AppAccess apps,
      @Nullable Long expiresAtMicros,
      KeyLimits limits) {
    public Draft {
      scopes = Set.copyOf(scopes);
    }
  }
}
