package io.logagg.bench;

import io.logagg.bench.LoadGenerator.Load;
import io.logagg.bench.ServerUnderTest.Instances;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Evaluates alert rules while records come in, and measures what that takes. */
@Command(
    name = "alerts",
    mixinStandardHelpOptions = true,
    description =
        "Sends records at a steady pace, first without and then with alert rules that are evaluated each minute, and measures CPU, acknowledgements and evaluations of both.")
final class AlertsCommand implements Callable<Integer> {
  private static final Instances INSTANCES = new Instances(2, 2, 2);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private LoadOptions loadOptions = new LoadOptions();

  @Option(
      names = "--rules",
      description = "Rules on names, each evaluated once a minute (default ${DEFAULT-VALUE}).")
  private int rules = 1000;

  @Option(
      names = "--text-rules",
      description = "Rules that look into the messages of a minute (default ${DEFAULT-VALUE}).")
  private int textRules;

  @Option(names = "--rate", description = "Records per second (default ${DEFAULT-VALUE}).")
  private double rate = 50_000;

  @Option(
      names = "--seconds",
      description = "How long each of the two is measured (default ${DEFAULT-VALUE}).")
  private int seconds = 180;

  @Override
  public Integer call() throws Exception {
    if (rules < 0 || textRules < 0 || rate <= 0 || seconds < 1) {
      throw BenchOptions.wrong(
          spec, "--rate and --seconds must be above 0, nothing may be negative");
    }
    try (Cleanup cleanup = new Cleanup()) {
      Path data = cleanup.newFolder(options.folder());
      ServerUnderTest server =
          ServerUnderTest.start(cleanup, data, INSTANCES, options.jvm(), Map.of());
      try (BenchDatabase database = new BenchDatabase(server.postgresUrl())) {
        Machine machine = Machine.of(server.servers(), data, options.jvm());
        List<AlertPhase> phases = measure(server, database);
        System.out.print(machine.summary() + "\n" + AlertPhase.table(phases));
        options.writeJson(new BenchReport(machine, phases));
      }
    }
    return 0;
  }

  private List<AlertPhase> measure(ServerUnderTest server, BenchDatabase database)
      throws IOException, SQLException, InterruptedException {
    Load load =
        new Load(
            server.port(),
            loadOptions.connections(),
            loadOptions.batch(),
            loadOptions.gzip(),
            false,
            0);
    AlertRun run = new AlertRun(server, load, rate);
    run.warmUp();
    AlertPhase without = run.phase("no rules", seconds);
    run.makeRules(rules, textRules);
    AlertPhase with = run.phase("%,d rules, %,d on text".formatted(rules, textRules), seconds);
    new CommitWatch(database).awaitRest();
    return List.of(without, with);
  }
}
