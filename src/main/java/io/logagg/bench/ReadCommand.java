package io.logagg.bench;

import io.logagg.bench.ServerUnderTest.Instances;
import java.io.IOException;
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

/** Fills a server and measures what readers wait for, at rest and while records come in. */
@Command(
    name = "read",
    mixinStandardHelpOptions = true,
    description =
        "Fills a server with records of the last 24 hours and measures queries, and the export, over HTTP.")
final class ReadCommand implements Callable<Integer> {
  private static final Instances INSTANCES = new Instances(2, 2, 2);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private LoadOptions loadOptions = new LoadOptions();
  @Mixin private FillOptions fill = new FillOptions();

  @Option(
      names = "--while-rate",
      description =
          "Records per second that come in while all is measured a second time; 0 for no second time.")
  private double whileRate;

  @Override
  public Integer call() throws Exception {
    if (fill.records() < loadOptions.batch() || fill.samples() < 1 || whileRate < 0) {
      throw BenchOptions.wrong(
          spec,
          "--records must fill a request of --batch records, --samples be 1 or more, --while-rate not negative");
    }
    try (Cleanup cleanup = new Cleanup()) {
      Path data = cleanup.newFolder(options.folder());
      ServerUnderTest server = ServerUnderTest.start(cleanup, data, INSTANCES, options.jvm());
      try (BenchDatabase database = new BenchDatabase(server.postgresUrl())) {
        report(Machine.of(server.servers(), data, options.jvm()), measure(server, database));
      }
    }
    return 0;
  }

  private List<ReadResult> measure(ServerUnderTest server, BenchDatabase database)
      throws IOException, SQLException, InterruptedException {
    ReadLoad load =
        new ReadLoad(database, loadOptions.filling(server.port(), fill.records()), fill.records());
    load.fill();
    ReadRun run = new ReadRun(server, fill.samples(), load.span());
    List<ReadResult> results = new ArrayList<>(run.measure("at rest", Long.MAX_VALUE));
    if (whileRate > 0) {
      load.startArrivals(whileRate);
      try {
        results.addAll(
            run.measure("%,.0f records/s come in".formatted(whileRate), ReadRun.SHORT_EXPORT));
      } finally {
        load.stopArrivals();
      }
    }
    return results;
  }

  private void report(Machine machine, List<ReadResult> results) throws IOException {
    System.out.print(
        machine.summary()
            + "\n%,d records%n%n".formatted(fill.records())
            + ReadResult.table(results));
    options.writeJson(new BenchReport(machine, results));
  }
}
