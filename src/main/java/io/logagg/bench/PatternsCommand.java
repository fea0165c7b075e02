package io.logagg.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds the search for message templates against messages whose true templates are known. */
@Command(
    name = "patterns",
    mixinStandardHelpOptions = true,
    description =
        "Measures grouping accuracy and speed of message patterns, in this process, on records with metadata_.event_id.")
final class PatternsCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private BenchOptions options = new BenchOptions();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "NDJSON, one kind of log each.")
  private List<Path> files = List.of();

  @Option(
      names = "--shuffles",
      description = "Other orders of the messages to try (default ${DEFAULT-VALUE}).")
  private int shuffles = 20;

  @Option(
      names = "--messages",
      description =
          "Messages at least to measure the speed with; a file is repeated as often as it takes (default ${DEFAULT-VALUE}).")
  private int messages = 1_000_000;

  @Override
  public Integer call() throws IOException {
    if (shuffles < 0 || messages < 1) {
      throw BenchOptions.wrong(spec, "--shuffles must not be negative, --messages be 1 or more");
    }
    List<PatternResult> results = new ArrayList<>();
    for (Path file : files) {
      results.add(new PatternRun(PatternSample.read(file)).measure(shuffles, messages));
    }
    System.out.print(PatternResult.table(results));
    options.writeJson(results);
    return 0;
  }
}
