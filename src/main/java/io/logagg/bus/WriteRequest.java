package io.logagg.bus;

import io.logagg.record.RecordBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batches to be stored in one transaction.
 *
 * @param rememberKeys whether a second delivery of a batch's key must store nothing: needed
 *     wherever a batch may come twice, which is wherever Redis may hold it
 */
public record WriteRequest(List<Delivery> deliveries, boolean rememberKeys, boolean allOrNothing) {

  /** For {@link Delivery#entryMs} where no stream entry is known. */
  public static final long NO_ENTRY = Long.MIN_VALUE;

  /**
   * One batch, and where it came from.
   *
   * @param entryMs the milliseconds of the id of the last stream entry that may have its key, so
   *     that this can be forgotten once the stream has moved past it; {@link #NO_ENTRY} keeps the
   *     key for a day
   */
  public record Delivery(RecordBatch batch, long entryMs) {
    /** When the stream has moved past this, the key can be forgotten; null keeps it for a day. */
    public @Nullable Long forgettableAfterMs() {
      return entryMs == NO_ENTRY ? null : entryMs;
    }
  }

  /** A request in which what PostgreSQL refuses becomes a dead letter. */
  public WriteRequest(List<Delivery> deliveries, boolean rememberKeys) {
    this(deliveries, rememberKeys, false);
  }

  public WriteRequest {
    deliveries = List.copyOf(deliveries);
  }

  /** How many records there are in all. */
  public int size() {
    int records = 0;
    for (Delivery delivery : deliveries) {
      records += delivery.batch().records().size();
    }
    return records;
  }
}
