package io.logagg.config;

/**
 * The dead letters.
 *
 * @param maxRecords rows kept in PostgreSQL, the oldest go first
 * @param maxBytes of their payloads in PostgreSQL, the oldest go first
 * @param mirrorRecords entries kept in the Redis mirror
 */
public record DlqConfig(long maxRecords, long maxBytes, long mirrorRecords) {}
