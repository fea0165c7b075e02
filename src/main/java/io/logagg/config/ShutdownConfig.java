package io.logagg.config;

/**
 * How the process stops.
 *
 * @param timeoutMs longest time for finishing what is in flight
 */
public record ShutdownConfig(long timeoutMs) {}
