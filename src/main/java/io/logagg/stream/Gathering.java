package io.logagg.stream;

import java.util.ArrayList;
import java.util.List;

/**
 * The batch that is being put together from entries, and what is known of how large entries are.
 * Not thread-safe.
 *
 * @param <T> what an entry is decoded to
 */
final class Gathering<T> {
  /** Bounds the memory that one read can take: entries are at most about a record's limit long. */
  private static final int MAX_READ_COUNT = 100;

  /** A batch is closed once its entries have so many bytes, however few records that is. */
  private static final int BATCH_BYTES = 4 << 20;

  private final int batchRecords;
  private List<Item<T>> items = new ArrayList<>();
  private int weight;
  private int bytes;
  private double weightPerEntry = 10;
  private double bytesPerEntry = 1;

  /** An entry, as read and as understood. */
  record Item<T>(String id, T decoded) {}

  /**
   * Starts with nothing.
   *
   * @param batchRecords about how many records make a batch
   */
  Gathering(int batchRecords) {
    this.batchRecords = batchRecords;
  }

  /**
   * Adds an entry.
   *
   * @param itemWeight how many records it has
   * @param itemBytes how long it is on the stream
   */
  void add(String id, T decoded, int itemWeight, int itemBytes) {
    weightPerEntry = 0.9 * weightPerEntry + 0.1 * itemWeight;
    bytesPerEntry = Math.max(itemBytes, 0.9 * bytesPerEntry + 0.1 * itemBytes);
    items.add(new Item<>(id, decoded));
    weight += itemWeight;
    bytes += itemBytes;
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  boolean isBatch() {
    return weight >= batchRecords || bytes >= BATCH_BYTES;
  }

  /** About as many entries as make a batch, by what entries were like so far. */
  int readCount() {
    double byWeight = batchRecords / weightPerEntry;
    double byBytes = BATCH_BYTES / bytesPerEntry;
    return (int) Math.max(1, Math.min(MAX_READ_COUNT, Math.round(Math.min(byWeight, byBytes))));
  }

  /** What was gathered; nothing is left. */
  List<Item<T>> take() {
    List<Item<T>> batch = items;
    items = new ArrayList<>();
    weight = 0;
    bytes = 0;
    return batch;
  }
}
