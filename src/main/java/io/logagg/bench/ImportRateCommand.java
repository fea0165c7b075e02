package io.logagg.bench;

import io.logagg.bench.LoadGenerator.Load;
import io.logagg.bench.ServerUnderTest.Instances;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares the command {@code import} with the load of the other measurements, in turn. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description =
        "Measures the command import, with the start of its JVM, against requests of the same records, in turn on one server: acknowledged, and committed.")
final class ImportRateCommand implements Callable<Integer> {
  private static final int BATCH = 1000;
  private static final int CONNECTIONS = 4;
  private static final long NUMBERS_APART = 1L << 36;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--records", description = "Records of each run (default ${DEFAULT-VALUE}).")
  private long records = 1_000_000;

  @Option(names = "--runs", description = "Of each of the two (default ${DEFAULT-VALUE}).")
  private int runs = 3;

  @Option(names = "--gzip", description = "Import a compressed file.")
  private boolean gzip;

  private long numbers;

  /** So many records a second, until the last was acknowledged, and until it was committed. */
  record Rate(String what, double acknowledged, double committed) {}

  @Override
  public Integer call() throws Exception {
    if (runs < 1 || records < BATCH) {
      throw BenchOptions.wrong(spec, "--runs must be 1 or more, --records " + BATCH + " or more");
    }
    List<Rate> rates = new ArrayList<>();
    Machine machine;
    try (Cleanup cleanup = new Cleanup()) {
      Path folder = cleanup.newFolder(options.folder());
      ServerUnderTest server =
          ServerUnderTest.start(cleanup, folder, new Instances(2, 2, 2), options.jvm());
      try (BenchDatabase database = new BenchDatabase(server.postgresUrl())) {
        load(server, database); // A warm-up.
        for (int i = 0; i < runs; i++) {
          rates.add(load(server, database));
          rates.add(imports(server, database, folder));
        }
      }
      machine = Machine.of(server.servers(), folder, options.jvm());
    }
    System.out.print(machine.summary() + "\n" + table(rates));
    options.writeJson(new BenchReport(machine, rates));
    return 0;
  }

  private Rate load(ServerUnderTest server, BenchDatabase database)
      throws SQLException, InterruptedException {
    CommitWatch watch = new CommitWatch(database);
    long before = database.committed();
    Load shape = new Load(server.port(), CONNECTIONS, BATCH, false, false, 0);
    LoadGenerator load = new LoadGenerator(shape, RecordTimes.present(), nextNumbers());
    long start = System.nanoTime();
    load.start(records / BATCH, 0);
    load.await();
    double acknowledged = seconds(start);
    watch.await(before + load.acknowledged());
    return rate("requests", load.acknowledged(), acknowledged, seconds(start));
  }

  private Rate imports(ServerUnderTest server, BenchDatabase database, Path folder)
      throws IOException, SQLException, InterruptedException {
    long all = records / BATCH * BATCH;
    Path file = folder.resolve("import.ndjson" + (gzip ? ".gz" : ""));
    write(file);
    CommitWatch watch = new CommitWatch(database);
    long before = database.committed();
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                JarProcess.jar().toString(),
                "import",
                file.toString(),
                "--server",
                "http://127.0.0.1:" + server.port(),
                "--state-dir",
                folder.resolve("imports").toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    long start = System.nanoTime();
    int status = builder.start().waitFor();
    double acknowledged = seconds(start);
    if (status != 0) {
      throw new IllegalStateException("the import ended with status " + status);
    }
    watch.await(before + all);
    Rate rate = rate("import", all, acknowledged, seconds(start));
    Files.delete(file);
    return rate;
  }

  private void write(Path file) throws IOException {
    SampleBody body = new SampleBodies(42, false).bodies(1, BATCH).get(0);
    long first = nextNumbers();
    RecordTimes times = RecordTimes.present();
    try (OutputStream plain = Files.newOutputStream(file);
        OutputStream out = gzip ? new GZIPOutputStream(plain, 1 << 16) : plain) {
      for (long request = 0; request < records / BATCH; request++) {
        body.prepare(first + request * BATCH, times.firstMicros(request), times.stepNanos(), 0);
        ByteBuffer bytes = body.bytes();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.write(copy);
      }
    }
  }

  private long nextNumbers() {
    numbers += NUMBERS_APART;
    return numbers;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static Rate rate(String what, long count, double acknowledged, double committed) {
    Rate rate = new Rate(what, count / acknowledged, count / committed);
    System.err.printf(
        "%s: acknowledged %,.0f/s, committed %,.0f/s%n",
        what, rate.acknowledged(), rate.committed());
    return rate;
  }

  private static String table(List<Rate> rates) {
    StringBuilder out = new StringBuilder("| | acknowledged/s | committed/s |\n|---|---|---|\n");
    for (Rate rate : rates) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %.0f | %.0f |%n",
              rate.what(),
              rate.acknowledged(),
              rate.committed()));
    }
    double acknowledged = 0;
    double committed = 0;
    for (int i = 0; i < rates.size(); i += 2) {
      acknowledged += rates.get(i + 1).acknowledged() / rates.get(i).acknowledged();
      committed += rates.get(i + 1).committed() / rates.get(i).committed();
    }
    int pairs = rates.size() / 2;
    return out.append(
            String.format(
                Locale.ROOT,
                "| import to requests, on average | %.2f | %.2f |%n",
                acknowledged / pairs,
                committed / pairs))
        .toString();
  }
}
