package io.logagg.access;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a key is good for. */
public enum Scope {
  /** To send records. */
  INGEST,
  /** To see records, and what is counted of them. */
  READ,
  /** To change and remove what is there, and all that the others may. */
  ADMIN;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** How it is written outside the program. */
  public String code() {
    return code;
  }

  /** The scope that is written so; empty if there is none. */
  public static Optional<Scope> of(String code) {
    return Stream.of(values()).filter(scope -> scope.code.equals(code)).findFirst();
  }

  /** These and what they include. */
  static Set<Scope> withIncluded(Collection<Scope> scopes) {
    return scopes.contains(ADMIN)
        ? EnumSet.allOf(Scope.class)
        : scopes.isEmpty() ? EnumSet.noneOf(Scope.class) : EnumSet.copyOf(scopes);
  }
}
