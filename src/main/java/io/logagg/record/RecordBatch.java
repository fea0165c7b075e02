package io.logagg.record;

import java.util.List;
import java.util.UUID;

/**
 * The records of one stream entry, stored in one transaction or not at all.
 *
 * @param key names the entry for ever: a second delivery of the same key stores nothing
 * @param records at least one, in the order they were received
 */
public record RecordBatch(UUID key, List<LogRecord> records) {
  public RecordBatch {
    if (records.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one record");
    }
    records = List.copyOf(records);
  }

  /** A batch whose key is the id of its first record, which no other batch can have. */
  public static RecordBatch of(List<LogRecord> records) {
    return new RecordBatch(records.get(0).id(), records);
  }

  /**
   * Whether its sender may send it again, in another entry and with other ids: its key is not that
   * of {@link #of}.
   */
  public boolean mayComeAgain() {
    return !key.equals(records.get(0).id());
  }
}
