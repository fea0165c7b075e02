package io.logagg.embedded;

/**
 * One embedded server as the health report shows it.
 *
 * @param pid of the last known process, 0 when there never was one
 * @param restarts how often it was started anew after it had died by itself
 * @param detail what went wrong last; empty while all is well
 */
public record ServerStatus(String name, State state, long pid, int restarts, String detail) {

  /** {@code RESTARTING}: it died by itself and is being started anew, with growing pauses. */
  public enum State {
    STARTING,
    RUNNING,
    RESTARTING,
    STOPPED
  }

  public boolean up() {
    return state == State.RUNNING;
  }
}
