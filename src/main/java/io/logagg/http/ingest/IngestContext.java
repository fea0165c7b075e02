package io.logagg.http.ingest;

import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.query.StoredKeys;
import io.logagg.record.Stamper;
import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;

/** What all ingest requests of a verticle share. */
public record IngestContext(
    Vertx vertx,
    IngestPath path,
    IngestGate gate,
    IngestMemory memory,
    ReadBuffers buffers,
    RunningIngests running,
    IngestLimits limits,
    RateLimits rates,
    JsonRecordDecoder decoder,
    Stamper stamper,
    StoredKeys storedKeys,
    RepeatedBodies repeats,
    RandomGenerator random,
    IngestMeters meters) {}
