package io.logagg.stream;

/**
 * The keys that we use in Redis.
 *
 * @param stream the records
 * @param group the consumer group, on both streams
 * @param deadLetters what could not be stored
 */
public record StreamNames(String stream, String group, String deadLetters) {}
