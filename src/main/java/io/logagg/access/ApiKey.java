package io.logagg.access;

import io.logagg.record.AppAccess;
import io.logagg.record.Timestamps;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** Whether it is neither revoked nor expired. */
  public boolean isGood(long nowMicros) {
    Long expires = draft.expiresAtMicros();
    return revokedAtMicros == null && (expires == null || nowMicros < expires);
  }

  /** As it is shown: by these names, in this order, times in RFC 3339. */
  public Map<String, @Nullable Object> shown() {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("id", id);
    shown.put("name", draft.name());
    shown.put("scopes", draft.scopes().stream().sorted().map(Scope::code).toList());
    shown.put("apps", draft.apps().isAll() ? null : draft.apps().sorted());
    shown.put("expires_at", time(draft.expiresAtMicros()));
    shown.put("records_per_second", draft.limits().recordsPerSecond());
    shown.put("bytes_per_second", draft.limits().bytesPerSecond());
    shown.put("created_at", time(createdAtMicros));
    shown.put("rotated_at", time(rotatedAtMicros));
    shown.put("last_used_at", time(lastUsedAtMicros));
    shown.put("revoked_at", time(revokedAtMicros));
    return shown;
  }

  private static @Nullable String time(@Nullable Long micros) {
    return micros == null ? null : Timestamps.format(micros);
  }

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
