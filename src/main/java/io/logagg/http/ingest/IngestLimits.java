package io.logagg.http.ingest;

/**
 * The limits of one ingest request.
 *
 * @param maxBodyBytes of the body, inflated
 * @param maxAgentBodyBytes of a body that is held as a whole, inflated
 * @param maxRecordBytes of one record
 * @param maxRecordsPerEntry of one batch
 * @param pauseTimeoutMs how long a request that was let in may wait for room on the stream
 */
public record IngestLimits(
    long maxBodyBytes,
    int maxAgentBodyBytes,
    int maxRecordBytes,
    int maxRecordsPerEntry,
    long pauseTimeoutMs) {
  /** A batch is closed once it has so many bytes of input, however few records that is. */
  static final int BATCH_BYTES = 256 << 10;

  /** So much of one request may be on its way to a backend; beyond it, the socket is not read. */
  static final long IN_FLIGHT_BYTES = 4 << 20;

  /** So many batches of one request may be on their way. */
  static final int IN_FLIGHT_BATCHES = 64;

  /** So much is inflated and decoded before the event loop gets to do something else. */
  static final int BYTES_PER_TURN = 256 << 10;

  /**
   * After so many bad records a request is broken off, lest a small one full of them push the dead
   * letters of all others out.
   */
  static final int MAX_REJECTED = 10_000;

  /** So many errors are told, unless another number is asked for. */
  static final int ERRORS = 20;

  /** So many can be asked for. */
  static final int MAX_ERRORS = 2000;
}
