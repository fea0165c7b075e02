package io.logagg.alerting;

import io.logagg.alert.CallableHosts;
import io.logagg.postgres.Database;
import io.logagg.telemetry.Metrics;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the role needs.
 *
 * @param delayMs how long after its end a window is evaluated
 * @param timeoutMs longest time for finding what one rule asks for
 * @param giveUpHours how long a notification is tried to be delivered
 * @param hosts whom it may call
 * @param publicUrl of this server, for links; null for none
 * @param oldestWaitingMs for how long the oldest record has waited to be stored, as far as it is
 *     known; 0 if none waits
 */
public record AlertOptions(
    Database database,
    long delayMs,
    long timeoutMs,
    int giveUpHours,
    CallableHosts hosts,
    @Nullable String publicUrl,
    LongSupplier oldestWaitingMs,
    Metrics metrics,
    InstantSource clock) {}
