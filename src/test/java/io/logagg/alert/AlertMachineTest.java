package io.logagg.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.alert.AlertMachine.Step;
import io.logagg.alert.AlertMachine.Transition;
import io.logagg.alert.AlertState.Phase;
import io.logagg.record.Timestamps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlertMachineTest {
  private static final long MINUTE = 60_000_000;

  private final List<Transition> transitions = new ArrayList<>();
  private final List<Notice> notices = new ArrayList<>();
  private List<AlertState> states = List.of();
  private long minute;
  private int leftOut;

  private static AlertRule rule(String more) {
    return TestRules.rule(
        "{'name':'n','threshold':10,'receivers':['r']" + (more.isEmpty() ? "" : "," + more) + "}");
  }

  /** One minute later. */
  private void step(AlertRule rule, Map<String, Long> counts) {
    step(rule, Reading.of(rule, counts, Set.of()));
  }

  private void step(AlertRule rule, List<Reading> readings) {
    Step step = AlertMachine.step(rule, ++minute * MINUTE, states, readings);
    states = step.states();
    transitions.addAll(step.transitions());
    notices.addAll(step.notices());
    leftOut = step.leftOut();
  }

  /** The minutes and phases, of a rule without groups. */
  private String told() {
    return String.join(
        " ", transitions.stream().map(one -> one.atMicros() / MINUTE + ":" + one.code()).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0s, ..xx.., 3:firing 5:resolved",
    "0s, 0s, x.x, 1:firing 2:resolved 3:firing",
    "2m, 0s, xx.xxx., 1:pending 3:inactive 4:pending 6:firing 7:resolved",
    "2m, 0s, xxxx, 1:pending 3:firing",
    "0s, 2m, x.x..., 1:firing 6:resolved",
    "0s, 2m, x..x..., 1:firing 7:resolved",
    "0s, 1m, x.., 1:firing 3:resolved",
    "1m, 1m, xx..xx.., 1:pending 2:firing 4:resolved 5:pending 6:firing 8:resolved",
  })
  void shouldGoThroughItsPhases(String pending, String keepFiring, String holds, String expected) {
    AlertRule rule = rule("'for':'%s','keep_firing':'%s'".formatted(pending, keepFiring));
    holds.chars().forEach(c -> step(rule, Map.of("", c == 'x' ? 11L : 10L)));
    assertEquals(expected, told());
  }

  @Test
  void shouldTellFiringOnceAndThenResolved() {
    AlertRule rule = rule("'for':'1m','annotations':{'summary':'{{value}} of {{group}}'}");
    for (long count : new long[] {11, 12, 13, 14, 3, 2}) {
      step(rule, Map.of("", count));
    }
    assertEquals(2, notices.size());
    Notice firing = notices.get(0);
    assertTrue(firing.isFiring());
    assertEquals(2 * MINUTE, firing.startsAtMicros());
    assertEquals(Map.of("alertname", "n"), firing.labels());
    assertEquals(Map.of("summary", "12 of "), firing.annotations());
    Notice resolved = notices.get(1);
    assertEquals(5 * MINUTE, resolved.endsAtMicros());
    assertEquals(firing.labels(), resolved.labels());
    assertEquals(firing.startsAtMicros(), resolved.startsAtMicros());
  }

  @Test
  void shouldNotTellWhileMutedAndTellThenWhatStillFires() {
    String until = Timestamps.format(4 * MINUTE);
    AlertRule rule = rule("'group_by':'app','muted_until':'" + until + "'");
    step(rule, Map.of("a", 11L, "b", 11L));
    step(rule, Map.of("a", 11L));
    step(rule, Map.of("a", 11L));
    assertEquals(List.of(), notices);
    step(rule, Map.of("a", 11L));
    step(rule, Map.of("a", 1L));
    assertEquals(List.of("a", "a"), notices.stream().map(Notice::label).toList());
    assertEquals(
        List.of(true, false), notices.stream().map(Notice::isFiring).toList(), "b was never told");
  }

  @Test
  void shouldTellTheEndOfWhatWasToldThoughItIsMuted() {
    step(rule(""), Map.of("", 11L));
    step(rule("'muted_until':'2100-01-01T00:00:00Z'"), Map.of("", 1L));
    assertEquals(2, notices.size());
    assertFalse(notices.get(1).isFiring());
  }

  @Test
  void shouldGiveRoomToThoseFurthestBeyondAndCountTheRest() {
    AlertRule rule = rule("'group_by':'service','max_groups':2");
    step(rule, Map.of("a", 11L, "b", 13L, "c", 12L));
    assertEquals(List.of("b", "c"), firing());
    assertEquals(1, leftOut);
    step(rule, Map.of("a", 100L, "b", 13L, "c", 12L));
    assertEquals(List.of("b", "c"), firing(), "who is in stays in");
    step(rule, Map.of("a", 100L, "c", 12L));
    assertEquals(List.of("a", "c"), firing());
    assertEquals(0, leftOut);
  }

  private List<String> firing() {
    return states.stream()
        .filter(state -> state.phase() == Phase.FIRING)
        .map(AlertState::group)
        .toList();
  }

  @Test
  void shouldFireForGroupsThatFellSilentUntilTheyAreForgotten() {
    AlertRule rule = TestRules.rule("{'name':'n','kind':'absence','group_by':'app'}");
    step(rule, Reading.of(rule, Map.of("b", 1L), Set.of("a", "b")));
    assertEquals(List.of("a"), firing());
    step(rule, Reading.of(rule, Map.of("b", 1L), Set.of("b")));
    assertEquals(List.of(), firing());
    assertEquals("1:firing 2:resolved", told());
  }

  @Test
  void shouldFireWhereThereIsNothingAtAll() {
    AlertRule rule = TestRules.rule("{'name':'n','kind':'absence'}");
    step(rule, Map.of());
    step(rule, Map.of("", 1L));
    assertEquals("1:firing 2:resolved", told());
  }

  @Test
  void shouldKeepTheLabelOfItsBeginning() {
    AlertRule rule = TestRules.rule("{'name':'n','kind':'new_pattern','receivers':['r']}");
    step(rule, List.of(new Reading("t1", "user bob left", 1, true)));
    step(rule, List.of(new Reading("t1", "user <*> left", 2, true)));
    step(rule, List.of());
    assertEquals(2, notices.size());
    assertEquals("user bob left", notices.get(1).labels().get("pattern"));
    assertEquals(notices.get(0).labels(), notices.get(1).labels());
  }

  @Test
  void shouldForgetWhatWasResolvedADayAgo() {
    AlertRule rule = rule("");
    step(rule, Map.of("", 11L));
    step(rule, Map.of("", 1L));
    assertEquals(1, states.size());
    minute += 24 * 60 - 1;
    step(rule, Map.of("", 1L));
    assertEquals(List.of(), states);
  }

  @Test
  void shouldTakeBackWhatWasToldWhenTheRuleEnds() {
    AlertRule rule = rule("'group_by':'app','for':'1m'");
    step(rule, Map.of("a", 11L));
    step(rule, Map.of("a", 11L, "b", 11L));
    Step end = AlertMachine.end(rule, 9 * MINUTE, states);
    assertEquals(List.of(), end.states());
    assertEquals(
        List.of("a resolved", "b inactive"),
        end.transitions().stream().map(one -> one.group() + " " + one.code()).toList());
    assertEquals(List.of("a"), end.notices().stream().map(Notice::label).toList());
  }

  /** Whatever is read: what is told begins and ends in turn, and fits the states. */
  @Test
  void shouldTellBeginningsAndEndsInTurnWhateverIsRead() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      String times =
          "'for':'%dm','keep_firing':'%dm'".formatted(random.nextInt(3), random.nextInt(3));
      AlertRule rule = rule("'group_by':'app','max_groups':3," + times);
      whatever(rule, random, "seed " + seed);
    }
  }

  private void whatever(AlertRule rule, Random random, String seed) {
    states = List.of();
    minute = 0;
    Map<String, Boolean> fires = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      notices.clear();
      Map<String, Long> counts = new HashMap<>();
      for (String group : List.of("a", "b", "c", "d", "e")) {
        counts.put(group, random.nextInt(3) == 0 ? 11L : 1L);
      }
      step(rule, counts);
      for (Notice notice : notices) {
        Boolean before = fires.put(notice.label(), notice.isFiring());
        assertEquals(!notice.isFiring(), before != null && before, seed);
      }
      Set<String> told = new TreeSet<>();
      fires.forEach((group, now) -> told.addAll(now ? Set.of(group) : Set.of()));
      assertEquals(told, new TreeSet<>(firing()), seed);
      assertTrue(states.stream().filter(AlertState::isActive).count() <= 3, seed);
      for (AlertState state : states) {
        boolean fired = state.phase() != Phase.PENDING;
        assertEquals(fired, state.firedAtMicros() != null, seed);
        if (state.phase() == Phase.RESOLVED) {
          assertNotNull(state.resolvedAtMicros(), seed);
        } else {
          assertNull(state.resolvedAtMicros(), seed);
        }
      }
    }
  }
}
