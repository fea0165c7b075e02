package io.logagg.access;

import io.logagg.record.AppAccess;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a key may be, whichever way it is asked for. Each rule answers what is wrong, or null. */
public final class KeyRules {
  public static final int MAX_NAME_CHARS = 256;

  /** How long a secret may hold after its key got another. */
  public static final int MAX_GRACE_SECONDS = 604_800;

  /** Of one; longer ones no record can have. */
  static final int MAX_APP_CHARS = 256;

  /** Of all of a key together: every process holds all keys. */
  static final int MAX_APPS_CHARS = 64 << 10;

  private KeyRules() {}

  public static @Nullable String name(String name) {
    return name.isBlank() || name.length() > MAX_NAME_CHARS
        ? "must be 1 to " + MAX_NAME_CHARS + " characters, and not be blank"
        : null;
  }

  /** The codes of its scopes. */
  public static @Nullable String scopes(Collection<String> codes) {
    return codes.isEmpty() || codes.stream().anyMatch(code -> Scope.of(code).isEmpty())
        ? "must be one or more of "
            + Arrays.stream(Scope.values()).map(Scope::code).collect(Collectors.joining(", "))
        : null;
  }

  /** The names of its apps; none for all apps. */
  public static @Nullable String apps(Collection<String> names) {
    return names.size() > AppAccess.MAX_NAMES
            || names.stream().mapToInt(String::length).sum() > MAX_APPS_CHARS
            || names.stream().anyMatch(name -> name.isBlank() || name.length() > MAX_APP_CHARS)
        ? "must be at most %d names of 1 to %d characters, not blank, and %d characters in all"
            .formatted(AppAccess.MAX_NAMES, MAX_APP_CHARS, MAX_APPS_CHARS)
        : null;
  }

  /** From when on it is worth nothing. */
  public static @Nullable String expiry(long micros, long nowMicros) {
    return micros <= nowMicros ? "must be in the future" : null;
  }

  /** How much may come in a second. */
  public static @Nullable String limit(long perSecond) {
    return perSecond < 1 ? "must be a whole number above 0" : null;
  }
}
