package io.logagg.record;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Whose records somebody may see and send: those of all apps, or of some by name, which need not be
 * there yet.
 *
 * @param names empty for all
 */
public record AppAccess(Set<String> names) {
  public static final AppAccess ALL = new AppAccess(Set.of());

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

  /** Whether all that is permitted there is so here. */
  public boolean covers(AppAccess other) {
    return isAll() || (!other.isAll() && names.containsAll(other.names));
  }

  /** In a fixed order. */
  public List<String> sorted() {
    return names.stream().sorted().toList();
  }
}
