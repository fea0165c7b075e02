package io.logagg.bus;

import io.logagg.record.AppAccess;
import java.util.List;
import java.util.UUID;

/**
 * Dead letters to be stored, as they are, as the records that they were meant to be.
 *
 * @param access as of a {@link ReplayRequest}
 */
public record ReplayMany(AppAccess access, List<UUID> ids) {
  public ReplayMany {
    ids = List.copyOf(ids);
  }
}
