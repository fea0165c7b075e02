package io.logagg.record;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose records somebody may see and send: those of all apps, or of some by name, which need not be
 * there yet.
 *
 * @param names empty for all
 */
public record AppAccess(Set<String> names) {
  /** How many may be named. */
  public static final int MAX_NAMES = 1000;

  public static final AppAccess ALL = new AppAccess(Set.of());

  /** No app has an empty name. */
  public static final AppAccess NONE = new AppAccess(Set.of(""));

  public AppAccess {
    names = Set.copyOf(names);
  }

  /** Of these apps; of all if there are none. */
  public static AppAccess of(Collection<String> names) {
    return new AppAccess(Set.copyOf(names));
  }

  public boolean isAll() {
    return names.isEmpty();
  }

  public boolean permits(String app) {
    return isAll() || names.contains(app);
  }

  /** The one app that is permitted; null if there are several. */
  public @Nullable String only() {
    return names.size() == 1 ? names.iterator().next() : null;
  }

  /** Whether all that is permitted there is so here. */
  public boolean covers(AppAccess other) {
    return isAll() || (!other.isAll() && names.containsAll(other.names));
  }

  /**
   * Whose something is that came with this access: of the app that it names if that is permitted,
   * of the permitted ones if it names none. If it names another, it concerns that one and these.
   *
   * @return empty if it cannot be told
   */
  public Set<String> owners(@Nullable String named) {
    if (named == null) {
      return names;
    }
    if (permits(named)) {
      return Set.of(named);
    }
    Set<String> all = new HashSet<>(names);
    all.add(named);
    return all;
  }

  /** In a fixed order. */
  public List<String> sorted() {
    return names.stream().sorted().toList();
  }
}
