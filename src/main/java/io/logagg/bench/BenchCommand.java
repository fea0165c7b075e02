package io.logagg.bench;

import io.logagg.bench.BenchResult.LoadShape;
import io.logagg.bench.ServerUnderTest.Instances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the load once for each combination of instance counts and prints what was measured. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      ReadCommand.class,
      SealCommand.class,
      StartCommand.class,
      PatternsCommand.class,
      ProtocolsCommand.class,
      ImportRateCommand.class,
      AlertsCommand.class
    },
    description =
        "Measures records per second from socket to commit, on an embedded PostgreSQL and Redis with durable settings.")
public final class BenchCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private LoadOptions loadOptions = new LoadOptions();

  @Option(names = "--records", description = "Records per run (default ${DEFAULT-VALUE}).")
  private long records = 2_000_000;

  @Option(
      names = "--warm-up",
      description = "Records before the clock starts (default ${DEFAULT-VALUE}).")
  private long warmUp = 500_000;

  @Option(
      names = "--rate",
      description = "Records per second, sent as an open loop; 0 as fast as they are acknowledged.")
  private double rate;

  @Option(
      names = "--producer-ids",
      description = "Give each record an id of its producer's, for dedupe.")
  private boolean producerIds;

  @Option(names = "--http", split = ",", description = "Counts of HTTP verticles to try.")
  private List<Integer> http = List.of(2);

  @Option(names = "--consumers", split = ",", description = "Counts of consumer verticles to try.")
  private List<Integer> consumers = List.of(2);

  @Option(
      names = "--persistence",
      split = ",",
      description = "Counts of persistence verticles to try.")
  private List<Integer> persistence = List.of(2);

  @Option(
      names = "--checkpoints",
      split = ",",
      paramLabel = "ROWS",
      description =
          "Sizes of the table, ascending, at which the rate is wanted too; the run is as long as the last needs.")
  private List<Long> checkpoints = List.of();

  @Option(names = "--svg", paramLabel = "FILE", description = "Draw the results as SVG too.")
  private @Nullable Path svg;

  @Override
  public Integer call() throws Exception {
    check();
    List<BenchResult> results = new ArrayList<>();
    Machine machine = null;
    for (Instances instances : combinations()) {
      try (Cleanup cleanup = new Cleanup()) {
        Path data = cleanup.newFolder(options.folder());
        ServerUnderTest server = ServerUnderTest.start(cleanup, data, instances, options.jvm());
        try (BenchDatabase database = new BenchDatabase(server.postgresUrl())) {
          machine = Machine.of(server.servers(), data, options.jvm());
          results.add(measure(server, database, instances));
        }
      }
    }
    if (machine != null) {
      report(machine, results);
    }
    return 0;
  }

  private void check() {
    boolean ascending = true;
    for (int i = 1; i < checkpoints.size(); i++) {
      ascending &= checkpoints.get(i - 1) < checkpoints.get(i);
    }
    if (!ascending || checkpoints.stream().anyMatch(rows -> rows < 2)) {
      throw BenchOptions.wrong(
          spec, "--checkpoints must be ascending numbers of rows, 2 at the least");
    }
    if (!checkpoints.isEmpty()
        && checkpoints.get(0) - GrowthPoint.halfWindow(checkpoints.get(0)) < warmUp) {
      throw BenchOptions.wrong(
          spec, "the first of --checkpoints must be twice --warm-up, which is not measured");
    }
    if (rate < 0 || warmUp < 0 || records < loadOptions.batch()) {
      throw BenchOptions.wrong(
          spec, "--records must fill a request of --batch records; nothing may be negative");
    }
  }

  private List<Instances> combinations() {
    List<Instances> all = new ArrayList<>();
    for (int httpCount : http) {
      for (int consumerCount : consumers) {
        for (int persistenceCount : persistence) {
          all.add(new Instances(httpCount, consumerCount, persistenceCount));
        }
      }
    }
    return all;
  }

  private BenchResult measure(ServerUnderTest server, BenchDatabase database, Instances instances)
      throws IOException, SQLException, InterruptedException {
    LoadShape shape =
        new LoadShape(
            loadOptions.connections(), loadOptions.batch(), loadOptions.gzip(), producerIds, rate);
    return new BenchRun(server, database, instances, shape)
        .measure(warmUp, recordsToSend(), checkpoints);
  }

  private long recordsToSend() {
    if (checkpoints.isEmpty()) {
      return records;
    }
    long last = checkpoints.get(checkpoints.size() - 1);
    return Math.max(loadOptions.batch(), last + GrowthPoint.halfWindow(last) - warmUp);
  }

  private void report(Machine machine, List<BenchResult> results) throws IOException {
    System.out.print(machine.summary() + "\n" + BenchResult.table(results));
    for (BenchResult result : results) {
      if (!result.growth().isEmpty()) {
        System.out.print("\n" + GrowthPoint.table(result.growth()));
      }
    }
    options.writeJson(new BenchReport(machine, results));
    if (svg != null) {
      Files.writeString(svg, new ThroughputChart(results).svg());
    }
  }
}
