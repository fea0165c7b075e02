package io.logagg.config;

/**
 * How repeats are recognised.
 *
 * @param repeatWindowMs for how long the exact repeat of a whole body is recognised, by protocols
 *     without ids of their own; 0 for not at all
 */
public record DedupeConfig(long repeatWindowMs) {}
