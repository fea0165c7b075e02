package io.logagg.postgres;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells those who work for a caller that the caller has gone away. Listeners come and go, so that a
 * long answer of many statements keeps none of them. Thread-safe.
 */
public final class Abandonment {
  private final Set<Runnable> listeners = new LinkedHashSet<>();
  private boolean happened;

  /** The caller has gone; to be told once, more is ignored. */
  public void happen() {
    List<Runnable> told;
    synchronized (this) {
      if (happened) {
        return;
      }
      happened = true;
      told = List.copyOf(listeners);
      listeners.clear();
    }
    told.forEach(Runnable::run);
  }

  public synchronized boolean hasHappened() {
    return happened;
  }

  /** False, and the listener is never told, if it has happened already. */
  synchronized boolean add(Runnable listener) {
    return !happened && listeners.add(listener);
  }

  synchronized void remove(Runnable listener) {
    listeners.remove(listener);
  }
}
