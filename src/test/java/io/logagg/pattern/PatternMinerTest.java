package io.logagg.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.pattern.PatternMiner.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PatternMinerTest {
  private final Random random = new Random(11);

  private static PatternMiner<List<Integer>> miner(Limits limits) {
    return new PatternMiner<>(
        limits,
        ArrayList::new,
        (one, other) -> {
          one.addAll(other);
          return one;
        });
  }

  private static Map<String, Long> counts(List<String> messages) {
    PatternMiner<List<Integer>> miner = miner(Limits.USUAL);
    messages.forEach(miner::add);
    Map<String, Long> counts = new TreeMap<>();
    miner.patterns().forEach(pattern -> counts.put(pattern.template(), pattern.count()));
    return counts;
  }

  private String number() {
    return String.valueOf(random.nextInt(100_000));
  }

  private String ip() {
    return "10.%d.%d.%d".formatted(random.nextInt(250), random.nextInt(250), random.nextInt(250));
  }

  private String oneOf(String... values) {
    return values[random.nextInt(values.length)];
  }

  private String name() {
    return oneOf("anna", "ben", "carla", "dora", "emil", "frieda", "gustav", "hedwig");
  }

  /** Kinds of messages as one program or another writes them, under their true templates. */
  private Map<String, Function<Integer, String>> kinds() {
    Map<String, Function<Integer, String>> kinds = new LinkedHashMap<>();
    kinds.put("login", i -> "accepted login of " + name() + " from " + ip() + " port " + number());
    kinds.put("refused", i -> "refused login of " + name() + " from " + ip() + " port " + number());
    kinds.put("unknown", i -> "check of pass: name unknown");
    kinds.put("closed", i -> "session closed for user " + name());
    kinds.put("get", i -> ip() + " \"GET /v1/" + number() + "/x HTTP/1.1\" 200 " + number());
    kinds.put("post", i -> ip() + " \"POST /v1/" + number() + "/x HTTP/1.1\" 201 " + number());
    kinds.put("sizes", i -> "wrote " + number() + " KB in " + oneOf("5 ms", "1.5 s", "20ms"));
    kinds.put("list", i -> "asked to drop " + "blk_17 ".repeat(1 + i % 7).strip());
    kinds.put(
        "flags", i -> "lock=" + number() + ", held=" + oneOf("true", "false") + ", by=" + name());
    kinds.put("started", i -> "node-" + number() + " Started (event)");
    kinds.put("stopped", i -> "node-" + number() + " Stopped (event)");
    kinds.put("trace", i -> "it broke:\n" + "  at some.Thing(T.java:5)\n".repeat(1 + i % 4));
    kinds.put("optional", i -> "key for tenant " + (i % 3 == 0 ? "" : number() + " ") + "is gone");
    return kinds;
  }

  private static double accuracy(List<String> messages, List<String> truth, List<Integer> order) {
    PatternMiner<List<Integer>> miner = miner(Limits.USUAL);
    order.forEach(i -> miner.add(messages.get(i)).add(i));
    int right = 0;
    for (MessagePattern<List<Integer>> pattern : miner.patterns()) {
      assertEquals(pattern.count(), pattern.tally().size());
      TreeSet<String> ids = new TreeSet<>();
      pattern.tally().forEach(i -> ids.add(truth.get(i)));
      boolean whole =
          ids.size() == 1 && Collections.frequency(truth, ids.first()) == pattern.count();
      right += whole ? pattern.tally().size() : 0;
    }
    return (double) right / messages.size();
  }

  @Test
  void shouldFindTheTemplatesOfManyStylesInAnyOrder() {
    List<String> messages = new ArrayList<>();
    List<String> truth = new ArrayList<>();
    kinds()
        .forEach(
            (id, kind) -> {
              for (int i = 0; i < 60; i++) {
                messages.add(kind.apply(i));
                truth.add(id);
              }
            });
    List<Integer> order = new ArrayList<>(IntStream.range(0, messages.size()).boxed().toList());
    for (int shuffle = 0; shuffle < 10; shuffle++) {
      assertEquals(1.0, accuracy(messages, truth, order));
      Collections.shuffle(order, random);
    }
  }

  @Test
  void shouldShowWhatVariesAndKeepWhatDoesNot() {
    assertEquals(
        Map.of("user <*> on <address> by ssh2 took <duration>", 5L, "idle", 2L),
        counts(
            List.of(
                "user anna on 10.0.0.1 by ssh2 took 5 ms",
                "user ben on 10.0.0.2 by ssh2 took 7 ms",
                "user 17 on 10.0.0.2 by ssh2 took 7 ms",
                "idle",
                "user carla on 10.0.0.2 by ssh2 took 7 ms",
                "user dora on 10.0.0.9 by ssh2 took 8 s",
                "idle")));
  }

  @Test
  void shouldNotMistakeAFewWordsForValues() {
    assertEquals(
        Map.of("door opened by <num>", 1L, "door closed by <num>", 1L, "door locked by <num>", 1L),
        counts(List.of("door opened by 1", "door closed by 2", "door locked by 3")));
  }

  @Test
  void shouldKeepMarksAroundWhatVaries() {
    List<String> messages =
        IntStream.range(0, 8)
            .mapToObj(i -> "request of [" + (char) ('a' + i) + "x] is done")
            .toList();
    assertEquals(Map.of("request of [<*>] is done", 8L), counts(messages));
  }

  @Test
  void shouldNotDependOnTheOrderOrOnTheShapeOfBatches() {
    List<String> messages =
        IntStream.range(0, 500)
            .mapToObj(i -> List.copyOf(kinds().values()).get(i % kinds().size()).apply(i))
            .toList();
    List<String> shuffled = new ArrayList<>(messages);
    Collections.shuffle(shuffled, random);
    assertEquals(counts(messages), counts(shuffled));
  }

  @Test
  void shouldLookForTemplatesOnTheWayWhenThereAreTooManyMaskedMessages() {
    PatternMiner<List<Integer>> miner = miner(new Limits(50, 1_000_000, 200, 50));
    for (int i = 0; i < 5000; i++) {
      String word = (char) ('a' + i % 26) + "q".repeat(i / 26);
      miner.add("visitor " + (word.length() > 150 ? "long" : word) + " has come in").add(i);
    }
    List<MessagePattern<List<Integer>>> patterns = miner.patterns();
    assertEquals(1, patterns.size(), patterns::toString);
    assertEquals("visitor <*> has come in", patterns.get(0).template());
    assertEquals(5000, patterns.get(0).count());
    assertEquals(5000, patterns.get(0).tally().size());
    assertEquals(0, miner.overflow());
  }

  @Test
  void shouldCountWhatFindsNoRoomInOnePattern() {
    PatternMiner<List<Integer>> miner = miner(new Limits(50, 1_000_000, 200, 300));
    for (int i = 0; i < 100; i++) {
      // As many words as its number: no two can have a template in common.
      miner.add("w ".repeat(i + 1)).add(i);
    }
    List<MessagePattern<List<Integer>>> patterns = miner.patterns();
    assertEquals(51, patterns.size());
    assertEquals("<*>", patterns.get(0).template());
    assertEquals(50, patterns.get(0).count());
    assertEquals(50, miner.overflow());
  }

  @Test
  void shouldBoundTheCharactersThatAreHeld() {
    PatternMiner<List<Integer>> miner = miner(new Limits(1000, 1000, 200, 300));
    for (int i = 0; i < 90; i++) {
      miner.add("w ".repeat(i + 1)).add(i);
    }
    assertTrue(miner.overflow() > 30, () -> "overflow " + miner.overflow());
  }

  @Test
  void shouldFindNothingInNothing() {
    assertEquals(List.of(), miner(Limits.USUAL).patterns());
    assertEquals(Map.of("", 1L), counts(List.of("  ")));
  }
}
