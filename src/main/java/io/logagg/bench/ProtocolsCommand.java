package io.logagg.bench;

import io.logagg.bench.ServerUnderTest.Instances;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends the same records by each protocol, to a fresh server each time. */
@Command(
    name = "protocols",
    mixinStandardHelpOptions = true,
    description = "Measures records per second from socket to commit, by each protocol.")
final class ProtocolsCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--protocols",
      split = ",",
      description = "Some of them; the others are compared with the first (default all).")
  private List<String> protocols = WireFormats.ALL.stream().map(WireFormat::name).toList();

  @Option(names = "--records", description = "Records per run (default ${DEFAULT-VALUE}).")
  private int records = 1_000_000;

  @Option(names = "--warm-up", description = "Records before it (default ${DEFAULT-VALUE}).")
  private int warmUp = 500_000;

  @Option(names = "--batch", description = "Records per request (default ${DEFAULT-VALUE}).")
  private int batch = 1000;

  @Option(names = "--connections", description = "Connections (default ${DEFAULT-VALUE}).")
  private int connections = 4;

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    if (batch < 1 || connections < 1 || records < batch || warmUp < 0) {
      throw BenchOptions.wrong(
          spec, "--batch and --connections must be 1 or more, --records at least a batch");
    }
    List<ProtocolResult> results = new ArrayList<>();
    for (String name : protocols) {
      results.add(measure(format(name)));
    }
    System.out.print(ProtocolResult.table(results));
    options.writeJson(results);
    return 0;
  }

  private WireFormat format(String name) {
    return WireFormats.ALL.stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                BenchOptions.wrong(
                    spec,
                    "there is no protocol \"%s\"; there are %s"
                        .formatted(name, WireFormats.ALL.stream().map(WireFormat::name).toList())));
  }

  private ProtocolResult measure(WireFormat format)
      throws IOException, InterruptedException, SQLException {
    try (Cleanup cleanup = new Cleanup()) {
      Path folder = cleanup.newFolder(options.folder());
      int socket = format.isSocket() ? freePort() : 0;
      Map<String, String> more =
          format.isSocket() ? Map.of(format.portVariable(), Integer.toString(socket)) : Map.of();
      ServerUnderTest server =
          ServerUnderTest.start(cleanup, folder, new Instances(2, 2, 2), options.jvm(), more);
      try (BenchDatabase database = new BenchDatabase(server.postgresUrl())) {
        return measure(format, server, database, format.isSocket() ? socket : server.port());
      }
    }
  }

  private ProtocolResult measure(
      WireFormat format, ServerUnderTest server, BenchDatabase database, int port)
      throws InterruptedException, SQLException {
    System.err.println(format.name());
    CommitWatch watch = new CommitWatch(database);
    new WireLoad(format, port, batch, warmUp / batch).run(connections, 1);
    long before = (long) (warmUp / batch) * batch;
    watch.await(before);
    WireLoad load = new WireLoad(format, port, batch, records / batch);
    Map<String, Double> cpuBefore = server.cpuSeconds();
    long sent = (long) (records / batch) * batch;
    long start = System.nanoTime();
    load.run(connections, 1000);
    double ackSeconds = (System.nanoTime() - start) / 1e9;
    watch.await(before + sent);
    double commitSeconds = (System.nanoTime() - start) / 1e9;
    Map<String, Double> cpu = new LinkedHashMap<>();
    server
        .cpuSeconds()
        .forEach(
            (name, now) -> cpu.put(name, (now - cpuBefore.getOrDefault(name, 0.0)) * 1e6 / sent));
    return new ProtocolResult(
        format.name(),
        sent / ackSeconds,
        sent / commitSeconds,
        cpu,
        bytesPerRecord(format),
        load.refusals());
  }

  private double bytesPerRecord(WireFormat format) {
    SplittableRandom random = new SplittableRandom(7);
    List<WireRecord> sample = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      sample.add(WireRecord.sample(random).at(1_800_000_000_000_000L + i, random));
    }
    return (double) format.body().of(sample).length / batch;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
