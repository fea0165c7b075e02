package io.logagg.config;

/**
 * The role that reads the stream.
 *
 * @param instances number of consumer verticles, 0 for none in this process
 * @param batchRecords records gathered into one batch, about
 * @param blockMs longest wait of one read for new entries
 * @param claimIdleMs time after which another consumer's unacknowledged entry is taken over
 * @param maxDeliveries deliveries after which an entry's records are tried one by one
 */
public record ConsumerConfig(
    int instances, int batchRecords, long blockMs, long claimIdleMs, int maxDeliveries) {}
