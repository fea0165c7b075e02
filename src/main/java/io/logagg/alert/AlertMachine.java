package io.logagg.alert;

import io.logagg.alert.AlertState.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The step of a rule's states from one time to the next. */
public final class AlertMachine {
  /** So long what was resolved can still be seen. */
  private static final long SHOWN_MICROS = 86_400_000_000L;

  /** Of groups that come at once, those that are furthest beyond the threshold come first. */
  private static final Comparator<Reading> MOST =
      Comparator.comparingDouble(Reading::value).reversed().thenComparing(Reading::group);

  private static final Comparator<Reading> FEWEST =
      Comparator.comparingDouble(Reading::value).thenComparing(Reading::group);

  private final AlertRule rule;
  private final long at;
  private final Map<String, AlertState> after = new TreeMap<>();
  private final List<Transition> transitions = new ArrayList<>();
  private final List<Notice> notices = new ArrayList<>();
  private int active;
  private int leftOut;

  private AlertMachine(AlertRule rule, long at) {
    this.rule = rule;
    this.at = at;
  }

  /**
   * A change of phase.
   *
   * @param phase the new one; null for none
   */
  public record Transition(
      String group, String label, long atMicros, @Nullable Phase phase, double value) {

    /** The new phase as it is written outside the program. */
    public String code() {
      return phase == null ? "inactive" : phase.code();
    }
  }

  /**
   * What came of a time.
   *
   * @param states all that there are now, by group
   * @param notices what is to be told
   * @param leftOut how many groups met the condition and found no room
   */
  public record Step(
      List<AlertState> states, List<Transition> transitions, List<Notice> notices, int leftOut) {
    public Step {
      states = List.copyOf(states);
      transitions = List.copyOf(transitions);
      notices = List.copyOf(notices);
    }
  }

  /**
   * Takes the step to a time.
   *
   * @param states as of the time before
   * @param readings of this time
   */
  public static Step step(
      AlertRule rule, long atMicros, List<AlertState> states, List<Reading> readings) {
    AlertMachine machine = new AlertMachine(rule, atMicros);
    Map<String, Reading> found = new HashMap<>();
    readings.forEach(reading -> found.put(reading.group(), reading));
    states.forEach(state -> machine.goOn(state, found.get(state.group())));
    machine.begin(readings.stream().filter(Reading::holds).toList());
    machine.tell();
    return new Step(
        List.copyOf(machine.after.values()), machine.transitions, machine.notices, machine.leftOut);
  }

  /** The rule ends: nothing holds any more, and no state is left. */
  public static Step end(AlertRule rule, long atMicros, List<AlertState> states) {
    AlertMachine machine = new AlertMachine(rule, atMicros);
    for (AlertState state : states) {
      if (state.phase() == Phase.FIRING) {
        machine.resolve(state.resolved(atMicros, state.value()));
      } else if (state.phase() == Phase.PENDING) {
        machine.goOn(state, null);
      }
    }
    return new Step(List.of(), machine.transitions, machine.notices, 0);
  }

  private void goOn(AlertState state, @Nullable Reading reading) {
    boolean holds = reading != null && reading.holds();
    double value = reading == null ? 0 : reading.value();
    switch (state.phase()) {
      case PENDING -> {
        if (!holds) {
          transitions.add(new Transition(state.group(), state.label(), at, null, value));
        } else if (at - state.sinceMicros() >= rule.times().pending()) {
          enter(state.fired(at, value));
        } else {
          put(state.going(value, null));
        }
      }
      case FIRING -> {
        Long clear = state.clearSinceMicros();
        long clearSince = clear == null ? at : clear;
        if (holds) {
          put(state.going(value, null));
        } else if (at - clearSince >= rule.times().keepFiring()) {
          resolve(state.resolved(at, value));
        } else {
          put(state.going(value, clearSince));
        }
      }
      case RESOLVED -> {
        if (at - state.sinceMicros() < SHOWN_MICROS) {
          put(state);
        }
      }
    }
  }

  private void put(AlertState state) {
    if (state.isActive()) {
      active++;
    }
    after.put(state.group(), state);
  }

  private void enter(AlertState state) {
    put(state);
    transitions.add(new Transition(state.group(), state.label(), at, state.phase(), state.value()));
  }

  private void resolve(AlertState state) {
    enter(state);
    if (state.told()) {
      notices.add(Notice.of(rule, state));
    }
  }

  private void begin(List<Reading> holding) {
    List<Reading> begun = new ArrayList<>();
    for (Reading reading : holding) {
      AlertState state = after.get(reading.group());
      if (state == null || !state.isActive()) {
        begun.add(reading);
      }
    }
    begun.sort(rule.threshold().comparison().isOfFew() ? FEWEST : MOST);
    int room = Math.max(0, rule.watched().maxGroups() - active);
    leftOut = Math.max(0, begun.size() - room);
    for (Reading reading : begun.subList(0, begun.size() - leftOut)) {
      AlertState pending = AlertState.pending(reading, at);
      enter(rule.times().pending() == 0 ? pending.fired(at, reading.value()) : pending);
    }
    forgetResolved();
  }

  /** So that groups that come and go do not pile up. */
  private void forgetResolved() {
    List<AlertState> resolved =
        after.values().stream()
            .filter(state -> !state.isActive())
            .sorted(Comparator.comparingLong(AlertState::sinceMicros).reversed())
            .toList();
    resolved.stream()
        .skip(rule.watched().maxGroups())
        .forEach(state -> after.remove(state.group()));
  }

  private void tell() {
    if (rule.isMutedAt(at)) {
      return;
    }
    for (AlertState state : List.copyOf(after.values())) {
      if (state.phase() == Phase.FIRING && !state.told()) {
        notices.add(Notice.of(rule, state));
        after.put(state.group(), state.asTold());
      }
    }
  }
}
