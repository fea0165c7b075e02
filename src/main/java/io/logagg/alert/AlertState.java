package io.logagg.alert;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a rule stands with one group. Times in microseconds since the epoch, of the records' time.
 *
 * @param group what it is known by; empty for a rule without groups
 * @param label how it is called, as it was when the condition began to hold
 * @param sinceMicros when it came into this phase; of {@link Phase#PENDING}, when the condition
 *     began to hold
 * @param firedAtMicros null before it fired
 * @param resolvedAtMicros null before it was resolved
 * @param clearSinceMicros since when the condition does not hold while it goes on firing
 * @param value at the last time
 * @param told whether it was told as firing
 */
public record AlertState(
    String group,
    String label,
    Phase phase,
    long sinceMicros,
    @Nullable Long firedAtMicros,
    @Nullable Long resolvedAtMicros,
    @Nullable Long clearSinceMicros,
    double value,
    boolean told) {

  /** Without any, the condition does not hold. */
  public enum Phase {
    /** The condition holds, not long enough yet. */
    PENDING,
    FIRING,
    /** It fired, and does no longer. */
    RESOLVED;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** How it is written outside the program. */
    public String code() {
      return code;
    }

    /** The phase that is written so. */
    public static Phase of(String code) {
      return valueOf(code.toUpperCase(Locale.ROOT));
    }
  }

  /** Whether the condition holds, or did a moment ago. */
  boolean isActive() {
    return phase != Phase.RESOLVED;
  }

  static AlertState pending(Reading reading, long at) {
    return new AlertState(
        reading.group(),
        reading.label(),
        Phase.PENDING,
        at,
        null,
        null,
        null,
        reading.value(),
        false);
  }

  AlertState fired(long at, double now) {
    return new AlertState(group, label, Phase.FIRING, at, at, null, null, now, false);
  }

  AlertState resolved(long at, double now) {
    return new AlertState(group, label, Phase.RESOLVED, at, firedAtMicros, at, null, now, told);
  }

  AlertState going(double now, @Nullable Long clearSince) {
    return new AlertState(
        group, label, phase, sinceMicros, firedAtMicros, resolvedAtMicros, clearSince, now, told);
  }

  AlertState asTold() {
    return new AlertState(
        group,
        label,
        phase,
        sinceMicros,
        firedAtMicros,
        resolvedAtMicros,
        clearSinceMicros,
        value,
        true);
  }
}
