package io.logagg.listen;

import io.logagg.protocol.RecordRules;
import io.logagg.record.Stamper;
import io.logagg.record.TimeWindow;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.StreamNames;
import io.logagg.stream.StreamRoom;
import io.logagg.tls.Certificates;
import java.util.Optional;

/**
 * What all listeners need.
 *
 * @param tls for those that speak TLS
 * @param room where room on the stream ends
 * @param maxRecordsPerEntry of one batch
 * @param writeTimeoutMs how long persistence may take over a batch
 * @param maxBytes that an instance may hold which is not safe yet, and of messages without an end
 * @param drainMs how long the end may take
 */
public record ListenOptions(
    RedisSettings redis,
    StreamNames names,
    Stamper stamper,
    TimeWindow window,
    RecordRules rules,
    Optional<Certificates> tls,
    StreamRoom.Limits room,
    int maxRecordsPerEntry,
    long writeTimeoutMs,
    long maxBytes,
    long drainMs) {}
