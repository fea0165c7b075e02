package io.logagg.bench;

import io.logagg.embedded.EmbeddedServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the jar again and again and takes the time until it is ready. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description =
        "Measures the time from launch to the ready line: in an empty folder, in a used one, and with configured servers.")
final class StartCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--times", description = "Starts of each kind (default ${DEFAULT-VALUE}).")
  private int times = 5;

  @Override
  public Integer call() throws Exception {
    if (times < 1) {
      throw BenchOptions.wrong(spec, "--times must be 1 or more");
    }
    List<StartResult> results = new ArrayList<>();
    results.add(new StartResult("first embedded start, in an empty folder", firstStarts()));
    results.add(new StartResult("later embedded start, in the same folder", laterStarts()));
    Machine machine = configuredStarts(results);
    System.err.println();
    System.out.print(machine.summary() + "\n" + StartResult.table(results));
    options.writeJson(new BenchReport(machine, results));
    return 0;
  }

  private List<Double> firstStarts() throws IOException {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      try (Cleanup cleanup = new Cleanup()) {
        millis.add(start(cleanup, cleanup.newFolder(options.folder()), Map.of(), "first"));
      }
    }
    return millis;
  }

  private List<Double> laterStarts() throws IOException {
    try (Cleanup cleanup = new Cleanup()) {
      Path folder = cleanup.newFolder(options.folder());
      double unused = start(cleanup, folder, Map.of(), "first");
      return starts(cleanup, folder, Map.of(), "later");
    }
  }

  /**
   * Adds the result. The first start against an empty database does not count, for it has to make
   * the schema.
   */
  private Machine configuredStarts(List<StartResult> results)
      throws IOException, InterruptedException, SQLException {
    try (Cleanup cleanup = new Cleanup()) {
      Path folder = cleanup.newFolder(options.folder());
      EmbeddedServers servers = ServerUnderTest.startServers(cleanup, folder);
      Map<String, String> urls = ServerUnderTest.urls(servers);
      Path own = Files.createDirectory(folder.resolve("logagg"));
      double unused = start(cleanup, own, urls, "configured, empty");
      results.add(
          new StartResult(
              "configured PostgreSQL and Redis", starts(cleanup, own, urls, "configured")));
      return Machine.of(servers, folder, options.jvm());
    }
  }

  private List<Double> starts(
      Cleanup cleanup, Path folder, Map<String, String> environment, String kind)
      throws IOException {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      millis.add(start(cleanup, folder, environment, kind));
    }
    return millis;
  }

  private double start(Cleanup cleanup, Path folder, Map<String, String> environment, String kind)
      throws IOException {
    JarProcess process = JarProcess.start(cleanup, folder, options.jvm(), environment);
    process.stop();
    System.err.printf("\r%s: %.0f ms   ", kind, process.readyMs());
    return process.readyMs();
  }
}
