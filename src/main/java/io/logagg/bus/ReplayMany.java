package io.logagg.bus;

import java.util.List;
import java.util.UUID;

/** Dead letters to be stored, as they are, as the records that they were meant to be. */
public record ReplayMany(List<UUID> ids) {
  public ReplayMany {
    ids = List.copyOf(ids);
  }
}
