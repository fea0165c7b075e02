package io.logagg.bench;

import io.logagg.bench.ServerUnderTest.Instances;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One run against one server: warm-up, load, and the reference. */
final class BenchRun implements AutoCloseable {
  private static final int BODIES = 64;
  private static final long POLL_MS = 100;
  private static final long LIMIT_MINUTES = 60;

  private final ServerUnderTest server;
  private final Instances instances;
  private final int batch;
  private final int connections;
  private final boolean gzip;
  private final boolean producerIds;
  private final BenchDatabase database;
  private final Vertx vertx = Vertx.vertx();

  BenchRun(
      ServerUnderTest server,
      Instances instances,
      int batch,
      int connections,
      boolean gzip,
      boolean producerIds)
      throws SQLException {
    this.server = server;
    this.instances = instances;
    this.batch = batch;
    this.connections = connections;
    this.gzip = gzip;
    this.producerIds = producerIds;
    this.database = new BenchDatabase(server.postgresUrl());
  }

  BenchResult measure(long warmUp, long records, double recordsPerSecond)
      throws SQLException, IOException, InterruptedException {
    int bodyCount = producerIds ? (int) ((warmUp + records) / batch) : BODIES;
    List<SampleBodies.Body> bodies = new SampleBodies(42, producerIds).bodies(bodyCount, batch);
    double rawBytes = bodies.get(0).bytes().length / (double) batch;
    LoadGenerator warm = new LoadGenerator(vertx, server.port(), connections, bodies, batch, gzip);
    await(warm.run(warmUp / batch, 0));
    long before = warmUp / batch * batch;
    awaitCommitted(before);

    List<SampleBodies.Body> rest =
        producerIds ? bodies.subList((int) (warmUp / batch), bodyCount) : bodies;
    LoadGenerator load = new LoadGenerator(vertx, server.port(), connections, rest, batch, gzip);
    VisibilityProbe probe = new VisibilityProbe(server.port(), server.postgresUrl());
    Map<String, Double> cpuBefore = server.cpuSeconds();
    long start = System.nanoTime();
    Future<Void> running = load.run(records / batch, recordsPerSecond / batch);
    probe.start();
    showProgress(running, load, before, start);
    await(running);
    double ackSeconds = (System.nanoTime() - start) / 1e9;
    probe.stop();
    long sent = records / batch * batch;
    awaitCommitted(before + sent + probe.sent());
    double commitSeconds = (System.nanoTime() - start) / 1e9;
    Map<String, Double> cpu = perRecord(cpuBefore, server.cpuSeconds(), sent);
    double bytesPerRecord = database.bytes() / (double) (before + sent + probe.sent());
    System.err.println();
    return new BenchResult(
        instances,
        sent,
        sent / ackSeconds,
        sent / commitSeconds,
        percentiles(load.latencyMicros()),
        percentiles(probe.visibleMicros()),
        cpu,
        ProcessCpu.peakMiB(server.jvmPid()),
        bytesPerRecord,
        rawBytes,
        database.copyRate(Math.min(sent, 500_000)),
        load.refusals(),
        database.durability());
  }

  private void showProgress(Future<Void> running, LoadGenerator load, long before, long start)
      throws SQLException, InterruptedException {
    while (!running.isComplete()) {
      double seconds = (System.nanoTime() - start) / 1e9;
      long committed = database.committed() - before;
      System.err.printf(
          "\r%6.1f s  acknowledged %,d (%,.0f/s)  committed %,d (%,.0f/s)   ",
          seconds,
          load.acknowledged(),
          load.acknowledged() / seconds,
          committed,
          committed / seconds);
      TimeUnit.MILLISECONDS.sleep(5 * POLL_MS);
    }
  }

  private void awaitCommitted(long count) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(LIMIT_MINUTES);
    long committed = database.committed();
    while (committed < count) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("only " + committed + " of " + count + " were committed");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS / 4);
      committed = database.committed();
    }
    if (committed > count) {
      throw new IllegalStateException(committed + " were committed, " + count + " were sent");
    }
  }

  private static Map<String, Double> perRecord(
      Map<String, Double> before, Map<String, Double> after, long records) {
    Map<String, Double> micros = new LinkedHashMap<>();
    after.forEach(
        (name, seconds) ->
            micros.put(name, (seconds - before.getOrDefault(name, 0.0)) * 1e6 / records));
    return micros;
  }

  private static Map<String, Double> percentiles(Histogram micros) {
    Map<String, Double> ms = new LinkedHashMap<>();
    ms.put("p50", micros.getValueAtPercentile(50) / 1000.0);
    ms.put("p99", micros.getValueAtPercentile(99) / 1000.0);
    ms.put("p99.9", micros.getValueAtPercentile(99.9) / 1000.0);
    return ms;
  }

  private static void await(Future<Void> future) throws InterruptedException {
    try {
      future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the load could not be sent", e.getCause());
    }
  }

  @Override
  public void close() throws SQLException {
    database.close();
    vertx.close();
  }
}
