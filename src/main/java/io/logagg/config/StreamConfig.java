package io.logagg.config;

/**
 * The Redis stream between receiving and storing.
 *
 * @param key Redis key of the stream
 * @param group consumer group of the workers
 * @param dlqKey Redis key of the mirror of the dead letters, never equal to {@code key}
 * @param shards number of streams the records are spread over
 * @param maxRecordsPerEntry records packed into one stream entry; with 1, entries are plain JSON
 * @param maxPendingRecords records that may wait in the stream before ingest answers 429
 */
public record StreamConfig(
    String key,
    String group,
    String dlqKey,
    int shards,
    int maxRecordsPerEntry,
    long maxPendingRecords) {}
