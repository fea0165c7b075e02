package io.logagg.config;

/**
 * Which dates are taken and how long records stay.
 *
 * @param maxAgeDays age at which records are removed and no longer taken, 0 to keep for ever
 * @param maxFutureDays how far a timestamp may lie ahead of the clock
 * @param maxBytes of all that is stored of records, with indexes, 0 for any
 */
public record RetentionConfig(int maxAgeDays, int maxFutureDays, long maxBytes) {}
