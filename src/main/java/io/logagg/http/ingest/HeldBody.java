package io.logagg.http.ingest;

import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;

/**
 * What a body that is held as a whole until its answer takes of the memory of all requests, its
 * records included. Belongs to one context.
 */
final class HeldBody {
  /**
   * Of each record beside its text: about what the shortest ones there can be were seen to take.
   */
  private static final int RECORD_BYTES = 256;

  private final IngestMemory memory;
  private long heldBytes;

  /** Holds nothing yet; {@link #free} must follow. */
  HeldBody(IngestMemory memory) {
    this.memory = memory;
  }

  /**
   * Notes so many bytes more.
   *
   * @throws io.logagg.http.reply.ProblemException 413 if that is more than one body may take, 429
   *     if it is too much beside the others
   */
  void read(int bytes) {
    hold(bytes);
  }

  /** The same of a record that was made of some of them. */
  void record() {
    hold(RECORD_BYTES);
  }

  private void hold(int moreBytes) {
    heldBytes += moreBytes;
    memory.holds(moreBytes);
    if (heldBytes > memory.maxBytes()) {
      throw Problem.of(
              413,
              "the body and its records take more than the heap's share for one, %d bytes"
                  .formatted(memory.maxBytes()))
          .toException();
    }
    if (memory.hasTooManyUnfinished()) {
      throw Problem.retryLater(429, "too much is held of other bodies", 2)
          .at(Limit.UNFINISHED_RECORDS)
          .toException();
    }
  }

  /** It is answered. */
  void free() {
    memory.holds(-heldBytes);
    heldBytes = 0;
  }
}
