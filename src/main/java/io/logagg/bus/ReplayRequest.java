package io.logagg.bus;

import io.logagg.record.AppAccess;
import io.vertx.core.buffer.Buffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter to be stored as the record that it was meant to be.
 *
 * @param access of the one who asks: no other letter is there, and no other record is stored
 * @param corrected what to store instead of its payload, not to be changed any more; null for the
 *     payload as it is
 */
public record ReplayRequest(AppAccess access, UUID id, @Nullable Buffer corrected) {}
