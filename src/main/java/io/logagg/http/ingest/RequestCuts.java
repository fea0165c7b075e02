package io.logagg.http.ingest;

import io.logagg.record.DedupeKeys;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the batches of a request end, and the keys by which its parts are known when they come
 * again. What is bad counts towards a batch too: whatever becomes of a record this time, a body
 * that is sent again is cut where it was cut before. Belongs to the context of its request.
 */
final class RequestCuts {
  private final IngestRequest request;
  private final int maxRecords;
  private @Nullable UUID firstTry;
  private boolean forADay;
  private long start;
  private int records;
  private int bytes;

  /**
   * For one request.
   *
   * @param maxRecords of one batch
   */
  RequestCuts(IngestRequest request, int maxRecords) {
    this.request = request;
    this.maxRecords = maxRecords;
  }

  /**
   * What follows may be the repeat of a body that was sent before: its parts have the keys of that.
   *
   * @param key that all tries share
   */
  void repeats(UUID key) {
    firstTry = key;
  }

  /** The same where its sender has a day for it. */
  void repeatsForADay(UUID key) {
    firstTry = key;
    forADay = true;
  }

  boolean mayBeRepeat() {
    return firstTry != null;
  }

  /** Counts a record or what should have been one; whether a batch ends behind it. */
  boolean endsBehind(long index, int recordBytes) {
    if (records == 0) {
      start = index;
    }
    records++;
    bytes += recordBytes;
    return records >= maxRecords || bytes >= IngestLimits.BATCH_BYTES;
  }

  /** A batch of what was good since the last cut. */
  RecordBatch batch(List<LogRecord> good) {
    UUID first = firstTry;
    if (first == null) {
      return RecordBatch.of(good);
    }
    UUID key =
        forADay
            ? DedupeKeys.ofPartForADay(first, (int) start)
            : DedupeKeys.ofPart(first, (int) start);
    return new RecordBatch(key, good);
  }

  /** The next batch begins. */
  void cut() {
    records = 0;
    bytes = 0;
  }

  /** By which this part of the request is known when it comes again; null if it is not. */
  @Nullable UUID key(long index, byte[] from, int begin, int end) {
    UUID first = firstTry;
    if (first != null) {
      return DedupeKeys.ofPart(first, (int) index);
    }
    String key = request.idempotencyKey();
    return key == null
        ? null
        : DedupeKeys.ofRequest(
            request.sender().id(), key, request.defaults(), index, from, begin, end);
  }

  /**
   * The part's key, if the record is to bear it: in a batch that has its key from the first try it
   * need not, which would cost more. Where each record is an entry of its own, it does.
   */
  @Nullable UUID recordKey(@Nullable UUID partKey) {
    return firstTry == null || maxRecords == 1 ? partKey : null;
  }
}
