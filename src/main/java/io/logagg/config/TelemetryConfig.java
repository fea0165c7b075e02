package io.logagg.config;

import org.jspecify.annotations.Nullable;

/**
 * What the process tells of itself to others.
 *
 * @param otlpEndpoint where traces go, null for none
 * @param traceSampleRatio how many of the traces that begin here are kept, 0 to 1
 * @param ownLogsApp the app that this process' own log lines are stored as, null for none
 * @param ownLogsLevel the lowest level of these lines
 */
public record TelemetryConfig(
    @Nullable String otlpEndpoint,
    double traceSampleRatio,
    @Nullable String ownLogsApp,
    String ownLogsLevel) {}
