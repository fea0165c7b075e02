package io.logagg.stream;

import java.util.random.RandomGenerator;

/**
 * How a member of a consumer group works.
 *
 * @param batchRecords about how many records make a batch
 * @param blockMs how long a read may wait for new entries
 * @param claimIdleMs how long an entry must have been left alone to be taken over
 * @param maxDeliveries how often a batch, or an entry across consumers, may fail before each entry
 *     is stored by itself
 * @param maxInFlight batches under way at once
 * @param random for the jitter of retries
 * @param meters of the stream that is read
 */
record ConsumerSettings(
    int batchRecords,
    long blockMs,
    long claimIdleMs,
    int maxDeliveries,
    int maxInFlight,
    RandomGenerator random,
    StreamMeters meters) {}
