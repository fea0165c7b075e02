package io.logagg.stream;

import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds a record to pack a batch and to read a pack. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PackBenchmark {
  private static final int RECORDS = 500;

  private final RecordBatch batch = batch();
  private final byte[] pack = PackCodec.encode(batch);

  private static RecordBatch batch() {
    SplittableRandom random = new SplittableRandom(7);
    long now = Timestamps.micros(java.time.Instant.parse("2026-11-24T10:00:00Z"));
    List<LogRecord> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      String trace =
          HexFormat.of().toHexDigits(random.nextLong())
              + HexFormat.of().toHexDigits(random.nextLong());
      records.add(
          new LogRecord(
              RecordIds.of(now + i, random.nextLong()),
              now + i,
              now + 500,
              random.nextInt(4) == 0 ? "WARN" : "INFO",
              "shop-" + random.nextInt(4),
              "cart",
              "GET /api/v1/orders/%d answered 200 in %d ms for user %d (cached)"
                  .formatted(
                      random.nextInt(100_000, 1_000_000),
                      random.nextInt(10, 100),
                      random.nextInt(10_000, 100_000)),
              "{\"trace_id\":\"%s\",\"status\":200,\"duration_ms\":%d}"
                  .formatted(trace, random.nextInt(10, 100)),
              null,
              null));
    }
    return RecordBatch.of(records);
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public byte[] encode() {
    return PackCodec.encode(batch);
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public RecordBatch decode() {
    return PackCodec.decode(pack);
  }
}
