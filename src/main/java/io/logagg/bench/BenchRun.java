package io.logagg.bench;

import io.logagg.bench.BenchResult.LoadShape;
import io.logagg.bench.LoadGenerator.Load;
import io.logagg.bench.ServerUnderTest.Instances;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run against one server: warm-up, load, and the reference. */
final class BenchRun {
  private static final long COPY_ROWS = 500_000;

  /** Between the numbers of the warm-up's records and those of the run. */
  private static final long NUMBERS_APART = 1L << 40;

  private final ServerUnderTest server;
  private final BenchDatabase database;
  private final Instances instances;
  private final LoadShape shape;
  private final CommitWatch watch;

  BenchRun(ServerUnderTest server, BenchDatabase database, Instances instances, LoadShape shape) {
    this.server = server;
    this.database = database;
    this.instances = instances;
    this.shape = shape;
    this.watch = new CommitWatch(database);
  }

  /**
   * Measures.
   *
   * @param sizes of the table at which the rate is wanted too, ascending
   */
  BenchResult measure(long warmUp, long records, List<Long> sizes)
      throws SQLException, IOException, InterruptedException {
    long before = warmUp(warmUp);
    LoadGenerator load = generator(NUMBERS_APART);
    VisibilityProbe probe = new VisibilityProbe(server.port(), server.postgresUrl());
    Map<String, Double> cpuBefore = server.cpuSeconds();
    long start = System.nanoTime();
    load.start(records / shape.batch(), shape.recordsPerSecond() / shape.batch());
    probe.start();
    watch.whileRunning(load, before);
    double ackSeconds = (System.nanoTime() - start) / 1e9;
    probe.stop();
    long inAll = before + load.acknowledged() + probe.sent();
    watch.await(inAll);
    double commitSeconds = (System.nanoTime() - start) / 1e9;
    Map<String, Double> cpu = perMillion(cpuBefore, server.cpuSeconds(), load.acknowledged());
    return result(new Times(ackSeconds, commitSeconds, inAll), load, probe, cpu, sizes);
  }

  /** How long it took, and how many records there are then. */
  private record Times(double ackSeconds, double commitSeconds, long inAll) {}

  private BenchResult result(
      Times times,
      LoadGenerator load,
      VisibilityProbe probe,
      Map<String, Double> cpu,
      List<Long> sizes)
      throws SQLException, IOException, InterruptedException {
    long sent = load.acknowledged();
    double bytes = database.bytes() / (double) times.inAll;
    long peakMiB = ProcessCpu.peakMiB(server.jvmPid());
    return new BenchResult(
        instances,
        shape,
        sent,
        sent / times.ackSeconds,
        sent / times.commitSeconds,
        new CopyReference(database).rowsPerSecond(Math.min(sent, COPY_ROWS)),
        Percentiles.of(load.latencyMicros()),
        Percentiles.of(probe.visibleMicros()),
        cpu,
        peakMiB,
        bytes,
        SampleBodies.recordBytes(shape.producerIds()),
        load.refusals(),
        GrowthPoint.of(watch.curve(), sizes));
  }

  private long warmUp(long records) throws SQLException, InterruptedException {
    LoadGenerator warm = generator(0);
    warm.start(records / shape.batch(), 0);
    warm.await();
    watch.await(warm.acknowledged());
    return warm.acknowledged();
  }

  private LoadGenerator generator(long firstNumber) {
    Load load =
        new Load(
            server.port(),
            shape.connections(),
            shape.batch(),
            shape.gzip(),
            shape.producerIds(),
            0);
    return new LoadGenerator(load, RecordTimes.present(), firstNumber);
  }

  private static Map<String, Double> perMillion(
      Map<String, Double> before, Map<String, Double> after, long records) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    after.forEach(
        (name, now) -> seconds.put(name, (now - before.getOrDefault(name, 0.0)) * 1e6 / records));
    return seconds;
  }
}
