package io.logagg.bus;

import io.vertx.core.buffer.Buffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter to be stored as the record that it was meant to be.
 *
 * @param corrected what to store instead of its payload, not to be changed any more; null for the
 *     payload as it is
 */
public record ReplayRequest(UUID id, @Nullable Buffer corrected) {}
