package io.logagg.crash;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Adds up the rounds of a run, and prints them as Markdown. */
final class ResultTable {
  private final Map<FaultKind, Long> struck = new EnumMap<>(FaultKind.class);
  private final long seed;
  private int rounds;
  private Verdict sum = new Verdict(0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

  ResultTable(long seed) {
    this.seed = seed;
  }

  void add(Verdict verdict, Map<FaultKind, AtomicLong> faults) {
    rounds++;
    faults.forEach((kind, count) -> struck.merge(kind, count.get(), Long::sum));
    sum =
        new Verdict(
            sum.acknowledged() + verdict.acknowledged(),
            sum.unknown() + verdict.unknown(),
            sum.refused() + verdict.refused(),
            sum.stored() + verdict.stored(),
            sum.lost() + verdict.lost(),
            sum.twice() + verdict.twice(),
            sum.refusedButStored() + verdict.refusedButStored(),
            sum.deadLetters() + verdict.deadLetters(),
            sum.damaged() + verdict.damaged(),
            List.of());
  }

  String markdown() {
    StringBuilder out = new StringBuilder("| fault | struck |\n|---|---|\n");
    struck.forEach((kind, count) -> out.append("| %s | %d |\n".formatted(kind, count)));
    long all = struck.values().stream().mapToLong(Long::longValue).sum();
    out.append("| all, in %d rounds, seed %d | %d |\n\n".formatted(rounds, seed, all));
    out.append("| records | |\n|---|---|\n");
    row(out, "acknowledged", sum.acknowledged());
    row(out, "unknown to the sender", sum.unknown());
    row(out, "refused", sum.refused());
    row(out, "stored", sum.stored());
    row(out, "lost", sum.lost());
    row(out, "stored twice", sum.twice());
    row(out, "refused, yet stored", sum.refusedButStored());
    row(out, "dead letters, of records made bad", sum.deadLetters());
    row(out, "dead letters, of entries spoilt by noise", sum.damaged());
    return out.toString();
  }

  private static void row(StringBuilder out, String what, long count) {
    out.append("| %s | %d |\n".formatted(what, count));
  }
}
