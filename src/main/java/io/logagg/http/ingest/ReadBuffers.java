package io.logagg.http.ingest;

import java.util.ArrayDeque;

/**
 * What requests read their chunks into, used again: a request has one only while it is at a chunk,
 * so that one whose body does not come costs none, and few are enough. Belongs to one context.
 */
public final class ReadBuffers {
  private static final int BUFFER_BYTES = 64 << 10;

  /** More are not kept: so many requests wait in the middle of a chunk only when all is full. */
  private static final int MAX_KEPT = 16;

  private final ArrayDeque<byte[]> free = new ArrayDeque<>(MAX_KEPT);

  /** Of any content. */
  byte[] take() {
    byte[] kept = free.poll();
    return kept == null ? new byte[BUFFER_BYTES] : kept;
  }

  void giveBack(byte[] buffer) {
    if (free.size() < MAX_KEPT) {
      free.push(buffer);
    }
  }
}
