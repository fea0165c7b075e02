package io.logagg.http;

import io.logagg.alert.CallableHosts;

/**
 * What the API must know of alerts.
 *
 * @param delayMs how long after its end a window is evaluated
 * @param hosts whom receivers may be
 */
public record AlertSettings(long delayMs, CallableHosts hosts) {}
