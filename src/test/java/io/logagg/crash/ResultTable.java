package io.logagg.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Adds up the rounds of a run, each topology by itself, and prints them as Markdown. */
final class ResultTable {
  private static final Map<String, ToLongFunction<Verdict>> COUNTS = counts();

  private final long seed;
  private final Map<Topology, Sum> sums = new EnumMap<>(Topology.class);

  ResultTable(long seed) {
    this.seed = seed;
    for (Topology topology : Topology.values()) {
      sums.put(topology, new Sum());
    }
  }

  private static final class Sum {
    private final Map<FaultKind, Long> struck = new EnumMap<>(FaultKind.class);
    private final Map<WayIn, Long> acknowledged = new EnumMap<>(WayIn.class);
    private final Map<String, Long> records = new LinkedHashMap<>();
    private long rounds;
    private long seconds;
    private long findings;
  }

  private static Map<String, ToLongFunction<Verdict>> counts() {
    Map<String, ToLongFunction<Verdict>> counts = new LinkedHashMap<>();
    counts.put("acknowledged", Verdict::acknowledged);
    counts.put("unknown to the sender", Verdict::unknown);
    counts.put("refused", Verdict::refused);
    counts.put("stored", Verdict::stored);
    counts.put("**lost**", Verdict::lost);
    counts.put("**stored twice**", Verdict::twice);
    counts.put("**refused, yet stored**", Verdict::refusedButStored);
    counts.put("dead letters, of records made bad", Verdict::deadLetters);
    counts.put("dead letters, of entries spoilt by noise", Verdict::damaged);
    return counts;
  }

  /**
   * @param seconds how long faults struck
   */
  void add(Topology topology, Verdict verdict, Round round, long seconds) {
    Sum sum = sums.get(topology);
    sum.rounds++;
    sum.seconds += seconds;
    sum.findings += verdict.findings().size();
    round.struck().forEach((kind, count) -> sum.struck.merge(kind, count.get(), Long::sum));
    round.acknowledged().forEach((way, count) -> sum.acknowledged.merge(way, count, Long::sum));
    COUNTS.forEach((name, of) -> sum.records.merge(name, of.applyAsLong(verdict), Long::sum));
  }

  String markdown() {
    StringBuilder out = new StringBuilder();
    out.append("Seed %d, commit %s.\n\n".formatted(seed, commit()));
    head(out, "");
    row(out, "rounds", sum -> sum.rounds);
    row(out, "seconds under faults", sum -> sum.seconds);
    row(out, "findings", sum -> sum.findings);
    head(out, "fault, struck");
    for (FaultKind kind : FaultKind.values()) {
      row(out, "`" + kind + "`", sum -> sum.struck.getOrDefault(kind, 0L));
    }
    row(out, "all", sum -> sum.struck.values().stream().mapToLong(Long::longValue).sum());
    head(out, "acknowledged records, by way in");
    for (WayIn way : WayIn.values()) {
      row(out, "`" + way + "`", sum -> sum.acknowledged.getOrDefault(way, 0L));
    }
    head(out, "records");
    COUNTS.keySet().forEach(name -> row(out, name, sum -> sum.records.getOrDefault(name, 0L)));
    return out.toString();
  }

  private static void head(StringBuilder out, String what) {
    out.append(out.charAt(out.length() - 2) == '\n' ? "" : "\n");
    List<String> names = Stream.of(Topology.values()).map(t -> "`" + t + "`").toList();
    out.append("| %s | %s | all |\n".formatted(what, String.join(" | ", names)));
    out.append("|---|").append("---|".repeat(names.size() + 1)).append('\n');
  }

  private void row(StringBuilder out, String what, Function<Sum, Long> of) {
    out.append("| ").append(what).append(" | ");
    sums.values().forEach(sum -> out.append(of.apply(sum)).append(" | "));
    out.append(sums.values().stream().mapToLong(of::apply).sum()).append(" |\n");
  }

  private static String commit() {
    try {
      Process git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
      byte[] said = git.getInputStream().readAllBytes();
      return git.waitFor() == 0 ? new String(said, StandardCharsets.UTF_8).strip() : "not known";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
