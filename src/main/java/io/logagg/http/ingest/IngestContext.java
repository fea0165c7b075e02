package io.logagg.http.ingest;

import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.query.LogSearch;
import io.logagg.record.Stamper;
import io.logagg.telemetry.Metrics;

/** What all ingest requests of a verticle share. */
public record IngestContext(
    IngestPath path,
    IngestGate gate,
    IngestLimits limits,
    JsonRecordDecoder decoder,
    Stamper stamper,
    LogSearch search,
    Metrics metrics) {}
