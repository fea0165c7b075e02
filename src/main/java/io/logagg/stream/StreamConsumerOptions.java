package io.logagg.stream;

import io.logagg.record.TimeWindow;
import io.logagg.telemetry.Metrics;
import io.logagg.telemetry.trace.Traces;

/**
 * What a consumer is to do.
 *
 * @param consumerName unique among all that live; the same again after a restart takes over at once
 *     what was pending
 * @param window which times records of other programs may have
 * @param maxInFlight batches under way at once
 * @param writeTimeoutMs how long persistence may take over a batch
 * @param mirrorEntries about how many dead letters stay visible on their stream
 * @param repeatWindowMs how long after a body its sender may send it again
 */
public record StreamConsumerOptions(
    RedisSettings redis,
    StreamNames names,
    String consumerName,
    TimeWindow window,
    int batchRecords,
    long blockMs,
    long claimIdleMs,
    int maxDeliveries,
    int maxInFlight,
    long writeTimeoutMs,
    long mirrorEntries,
    long repeatWindowMs,
    Metrics metrics,
    Traces traces) {

  ConsumerSettings consumer(int inFlight, String stream) {
    return new ConsumerSettings(
        batchRecords,
        blockMs,
        claimIdleMs,
        maxDeliveries,
        inFlight,
        redis.random(),
        new StreamMeters(metrics, stream));
  }
}
