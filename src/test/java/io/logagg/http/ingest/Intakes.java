package io.logagg.http.ingest;

import io.logagg.bus.Bus;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.persistence.BodyLedger;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.query.StoredKeys;
import io.logagg.record.RecordBatch;
import io.logagg.record.Stamper;
import io.logagg.record.TimeWindow;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.SeenBodies;
import io.logagg.stream.SharedBuckets;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamNames;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestServers;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** What requests share, without Redis, and with a persistence that only notes what it is asked. */
final class Intakes implements AutoCloseable {
  final TestDatabase database = TestDatabase.open();
  final OnContext loop = new OnContext(database.vertx());
  final List<RecordBatch> stored = new CopyOnWriteArrayList<>();
  final IngestContext context;
  private final SharedBuckets buckets;

  Intakes() {
    Bus.register(database.vertx());
    Bus bus = Bus.of(database.vertx(), 5000);
    bus.serve(Persistence.WRITE, this::write);
    RedisSettings nobody = new RedisSettings("redis://127.0.0.1:1/0", 400, new Random(1));
    buckets = new SharedBuckets(database.vertx(), nobody, System::nanoTime);
    context = loop.get(() -> context(bus, nobody));
  }

  private IngestContext context(Bus bus, RedisSettings nobody) {
    StreamAppender appender =
        StreamAppender.open(database.vertx(), nobody, new StreamNames("logs:stream", "g", "dlq"));
    IngestGate gate = new IngestGate(database.vertx(), appender, () -> false, 1_000_000, 1000);
    IngestMeters meters = new IngestMeters(new Metrics());
    Stamper stamper = new Stamper(InstantSource.system(), new Random(1));
    return new IngestContext(
        database.vertx(),
        new IngestPath(appender, bus, gate, false, meters),
        gate,
        new IngestMemory(1 << 20, 1 << 20),
        new ReadBuffers(),
        new RunningIngests(),
        new IngestLimits(1 << 20, 1 << 20, 2000, 1000, 1000),
        new RateLimits(buckets, "logs:stream", new Metrics()),
        new JsonRecordDecoder(new TimeWindow(30, 2)),
        stamper,
        new StoredKeys(database.database()),
        new RepeatedBodies(
            new SeenBodies(appender),
            new BodyLedger(database.database()),
            stamper,
            60_000,
            System::nanoTime),
        new Random(1),
        meters);
  }

  private Future<WriteOutcome> write(WriteRequest request) {
    request.deliveries().forEach(delivery -> stored.add(delivery.batch()));
    return Future.succeededFuture(new WriteOutcome(request.size(), 0, List.of()));
  }

  /** One request's; to be used on the loop only. */
  IngestIntake intake(IngestRequest request) {
    return new IngestIntake(context, request, Allowance.UNLIMITED, RejectionWatch.NONE);
  }

  @Override
  public void close() {
    TestServers.await(buckets.close());
    database.close();
  }
}
