package io.logagg.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.logagg.bench.ServerUnderTest.Instances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the load once for each combination of instance counts and prints what was measured. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Measures records per second from socket to commit, on an embedded PostgreSQL and Redis with durable settings.")
public final class BenchCommand implements Callable<Integer> {
  @Option(names = "--records", description = "Records per run (default ${DEFAULT-VALUE}).")
  private long records = 2_000_000;

  @Option(
      names = "--warm-up",
      description = "Records before the clock starts (default ${DEFAULT-VALUE}).")
  private long warmUp = 500_000;

  @Option(names = "--batch", description = "Records per request (default ${DEFAULT-VALUE}).")
  private int batch = 1000;

  @Option(names = "--connections", description = "Connections (default ${DEFAULT-VALUE}).")
  private int connections = 4;

  @Option(
      names = "--rate",
      description = "Records per second, sent as an open loop; 0 as fast as they are acknowledged.")
  private double rate;

  @Option(names = "--gzip", description = "Compress the requests.")
  private boolean gzip;

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
      names = "--jvm",
      split = " ",
      description = "Options of the server's JVM (default -Xmx256m).")
  private List<String> jvm = List.of("-Xmx256m");

  @Option(
      names = "--folder",
      description = "Where to keep the data while it runs (default a temporary folder).")
  private @Nullable Path folder;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON too.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    List<BenchResult> results = new ArrayList<>();
    for (int httpCount : http) {
      for (int consumerCount : consumers) {
        for (int persistenceCount : persistence) {
          results.add(measure(new Instances(httpCount, consumerCount, persistenceCount)));
        }
      }
    }
    System.out.print(BenchResult.table(results));
    if (json != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.toFile(), results);
    }
    return 0;
  }

  private BenchResult measure(Instances instances)
      throws IOException, SQLException, InterruptedException {
    Path data = folder == null ? Files.createTempDirectory("logagg-bench") : folder;
    try (ServerUnderTest server = ServerUnderTest.start(data, instances, jvm);
        BenchRun run = new BenchRun(server, instances, batch, connections, gzip, producerIds)) {
      return run.measure(warmUp, records, rate);
    } finally {
      delete(data);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
