package io.logagg.http.ingest;

import io.logagg.http.Problem;
import io.logagg.http.ProblemException;
import io.logagg.http.ingest.IngestResult.LineError;
import io.logagg.protocol.Decoded;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.protocol.SliceSink;
import io.logagg.record.DeadLetter;
import io.logagg.record.DedupeKeys;
import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RefusalKind;
import io.logagg.record.Stamper;
import io.logagg.record.Stamps;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the records of one request into batches, sends these on their way, and keeps count of
 * what became of them. Belongs to the context of its request.
 */
final class IngestIntake implements SliceSink {
  private final IngestPath path;
  private final IngestGate gate;
  private final IngestLimits limits;
  private final JsonRecordDecoder decoder;
  private final Stamper stamper;
  private final Defaults defaults;
  private final String source;
  private final @Nullable String idempotencyKey;
  private final boolean keepKeys;

  private Stamps stamps;
  private List<LogRecord> batch = new ArrayList<>();
  private int batchBytes;
  private long batchStart;
  private List<DeadLetter> letters = new ArrayList<>();
  private long lettersStart;
  private int letterBytes;
  private long nextIndex;

  private int inFlight;
  private long inFlightBytes;
  private long enqueued;
  private long rejected;
  private long failedAt = Long.MAX_VALUE;
  private @Nullable Problem backendFailure;
  private @Nullable Problem broken;
  private Backend backend = Backend.REDIS;
  private final List<LineError> errors = new ArrayList<>();
  private final List<UUID> entryKeys = new ArrayList<>();
  private Runnable onProgress = () -> {};
  private @Nullable Promise<IngestResult> finished;

  IngestIntake(IngestContext context, IngestRequest request) {
    this.path = context.path();
    this.gate = context.gate();
    this.limits = context.limits();
    this.decoder = context.decoder();
    this.stamper = context.stamper();
    this.defaults = request.defaults();
    this.source = request.source();
    this.idempotencyKey = request.idempotencyKey();
    this.keepKeys = request.waitUntilStored();
    this.stamps = stamper.now();
  }

  /** Is run whenever something on its way has arrived. */
  void onProgress(Runnable action) {
    onProgress = action;
  }

  /** What is decoded from now on was received now. */
  void receivedNow() {
    stamps = stamper.now();
  }

  /** Whether so much is on its way that no more should be read. */
  boolean isFull() {
    return inFlightBytes >= IngestLimits.IN_FLIGHT_BYTES
        || inFlight >= IngestLimits.IN_FLIGHT_BATCHES;
  }

  /** Whether something could not be taken, so that the rest need not be tried. */
  boolean hasFailed() {
    return backendFailure != null;
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    long index = nextIndex++;
    UUID requestKey = requestKey(index, bytes, from, to);
    Decoded decoded = decoder.decode(bytes, from, to, defaults, stamps, requestKey);
    if (decoded instanceof Decoded.Accepted accepted) {
      add(index, accepted.record(), to - from);
    } else if (decoded instanceof Decoded.Refused refused) {
      reject(index, line, bytes, from, to, refused, requestKey);
    }
  }

  private @Nullable UUID requestKey(long index, byte[] bytes, int from, int to) {
    String key = idempotencyKey;
    return key == null ? null : DedupeKeys.ofRequest("", key, index, bytes, from, to);
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    long index = nextIndex++;
    reject(
        index,
        line,
        prefix,
        from,
        to,
        new Decoded.Refused(
            RefusalKind.TOO_LARGE,
            "the record has %d bytes, http.maxRecordBytes is %d; its first %d bytes are kept"
                .formatted(length, limits.maxRecordBytes(), to - from)),
        requestKey(index, prefix, from, to));
  }

  private void add(long index, LogRecord record, int bytes) {
    if (batch.isEmpty()) {
      batchStart = index;
    }
    batch.add(record);
    batchBytes += bytes;
    if (batch.size() >= limits.maxRecordsPerEntry() || batchBytes >= IngestLimits.BATCH_BYTES) {
      sendBatch();
    }
  }

  private void reject(
      long index,
      long line,
      byte[] bytes,
      int from,
      int to,
      Decoded.Refused refused,
      @Nullable UUID requestKey) {
    if (letters.isEmpty()) {
      lettersStart = index;
    }
    if (errors.size() < IngestLimits.MAX_ERRORS) {
      errors.add(new LineError(line, refused.reason()));
    }
    long now = stamps.receivedAtMicros();
    letters.add(
        DeadLetter.of(stamps.nextId(now), bytes, from, to, refused.reason(), source, defaults, now)
            .withKind(refused.kind())
            .withDedupeKey(requestKey));
    letterBytes += to - from;
    if (letters.size() >= 100 || letterBytes >= IngestLimits.BATCH_BYTES) {
      sendLetters();
    }
  }

  private void sendBatch() {
    if (batch.isEmpty()) {
      return;
    }
    RecordBatch sent = RecordBatch.of(batch);
    long start = batchStart;
    int bytes = batchBytes;
    batch = new ArrayList<>();
    batchBytes = 0;
    if (hasFailed()) {
      fail(start, null); // Not tried: what follows a gap is for the sender to send again.
      return;
    }
    depart(bytes);
    path.accept(sent)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                int refused = result.result().refused();
                enqueued += sent.records().size() - refused;
                rejected += refused;
                arrivedAt(result.result().backend());
                if (result.result().backend() == Backend.REDIS) {
                  gate.appended(sent.records().size());
                }
                if (keepKeys && result.result().backend() == Backend.REDIS) {
                  entryKeys.add(sent.key());
                }
              } else {
                fail(start, result.cause());
              }
              arrive(bytes);
            });
  }

  private void sendLetters() {
    if (letters.isEmpty()) {
      return;
    }
    List<DeadLetter> sent = letters;
    int bytes = letterBytes;
    long start = lettersStart;
    letters = new ArrayList<>();
    letterBytes = 0;
    if (hasFailed()) {
      fail(start, null);
      return;
    }
    depart(bytes);
    path.acceptDeadLetters(sent)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                rejected += sent.size();
              } else {
                fail(start, result.cause());
              }
              arrive(bytes);
            });
  }

  private void arrivedAt(Backend where) {
    if (where == Backend.DB) {
      backend = Backend.DB;
    }
  }

  private void depart(int bytes) {
    inFlight++;
    inFlightBytes += bytes;
  }

  private void arrive(int bytes) {
    inFlight--;
    inFlightBytes -= bytes;
    onProgress.run();
    completeIfDone();
  }

  private void fail(long index, @Nullable Throwable cause) {
    failedAt = Math.min(failedAt, index);
    if (backendFailure == null && cause != null) {
      backendFailure =
          cause instanceof ProblemException known
              ? known.problem()
              : Problem.retryLater(503, String.valueOf(cause.getMessage()), 2);
    }
  }

  /** The body is broken from here on. What came before it counts. */
  void breakOff(Problem reason) {
    broken = reason;
    failedAt = Math.min(failedAt, nextIndex);
  }

  /** No more will come: done once all that was sent has arrived somewhere, or failed to. */
  Future<IngestResult> finish() {
    Promise<IngestResult> promise = Promise.promise();
    sendBatch();
    sendLetters();
    finished = promise;
    completeIfDone();
    return promise.future();
  }

  private void completeIfDone() {
    Promise<IngestResult> promise = finished;
    if (promise != null && inFlight == 0) {
      finished = null;
      long resumeAt = Math.min(failedAt, nextIndex);
      Problem problem = backendFailure != null ? backendFailure : broken;
      promise.complete(
          new IngestResult(
              enqueued, rejected, List.copyOf(errors), backend, resumeAt, problem, entryKeys));
    }
  }
}
