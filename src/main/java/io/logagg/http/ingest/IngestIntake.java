package io.logagg.http.ingest;

import io.logagg.access.Principal;
import io.logagg.http.ingest.IngestResult.LineError;
import io.logagg.http.ingest.Shipments.Arrival;
import io.logagg.http.ingest.Shipments.Part;
import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import io.logagg.protocol.Decoded;
import io.logagg.protocol.SliceSink;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RefusalKind;
import io.logagg.record.Stamps;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the records of one request into batches, sends these on their way, and keeps count of
 * what became of them. Belongs to the context of its request.
 */
final class IngestIntake implements SliceSink {
  private static final int LETTERS_PER_PART = 100;

  private final IngestContext context;
  private final Principal sender;
  private final Defaults defaults;
  private final String source;
  private final @Nullable StoredWatch watch;
  private final Shipments shipments;
  private final Allowance allowance;
  private final RequestCuts cuts;
  private final RoomWait room;
  private final boolean strict;
  private final int maxErrors;
  private final RejectionWatch rejections;

  private Stamps stamps;
  private List<LogRecord> batch = new ArrayList<>();
  private int batchBytes;
  private long batchStart;
  private long batchLast;
  private List<DeadLetter> letters = new ArrayList<>();
  private long lettersStart;
  private long lettersLast;
  private int letterBytes;
  private long nextIndex;
  private int badRecords;
  private int droppedRecords;
  private int foreignRecords;
  private @Nullable Problem broken;
  private final List<LineError> errors = new ArrayList<>();
  private Runnable onProgress = () -> {};
  private int unfinishedBytes;
  private int windowBytes;

  IngestIntake(
      IngestContext context,
      IngestRequest request,
      Allowance allowance,
      RejectionWatch rejections) {
    this.context = context;
    this.sender = request.sender();
    this.defaults = request.defaults();
    this.source = request.source();
    this.watch =
        request.waitUntilStored()
            ? new StoredWatch(context.vertx(), context.storedKeys(), () -> onProgress.run())
            : null;
    this.shipments = new Shipments(context.vertx(), context.random(), context.meters()::filledGap);
    this.allowance = allowance;
    this.cuts = new RequestCuts(request, context.limits().maxRecordsPerEntry());
    this.room = new RoomWait(context, allowance, watch, () -> onProgress.run(), this::breakOff);
    this.strict = request.strict();
    this.maxErrors = request.maxErrors();
    this.rejections = rejections;
    this.stamps = context.stamper().now();
  }

  /** Is run whenever a reason to wait may have passed. */
  void onProgress(Runnable action) {
    onProgress = action;
    shipments.onProgress(action);
  }

  /** What is decoded from now on was received now. */
  void receivedNow() {
    stamps = context.stamper().now();
  }

  /**
   * Whether nothing more should be read for now: too much of the request is on its way, or of all
   * requests, or too much waits to be stored.
   */
  boolean mustWait() {
    if (isBroken()) {
      return false;
    }
    return shipments.isFull() || room.mustWait();
  }

  /** Notes that so much of the body was inflated. */
  void inflated(int bytes) {
    allowance.bytes(bytes);
  }

  /** Whether something could not be taken, so that the rest need not be tried. */
  boolean isBroken() {
    return broken != null || shipments.hasFailed();
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    if (broken != null) {
      return; // Cut from what was read before that showed.
    }
    long index = nextIndex;
    UUID requestKey = cuts.key(index, bytes, from, to);
    Decoded decoded =
        context
            .decoder()
            .decode(bytes, from, to, defaults, stamps, cuts.recordKey(requestKey))
            .permittedBy(sender.apps());
    if (decoded instanceof Decoded.Accepted accepted) {
      nextIndex++;
      add(index, accepted.record(), to - from);
    } else if (decoded instanceof Decoded.Refused refused) {
      reject(index, line, bytes, from, to, refused, requestKey);
    }
    count(index, to - from);
  }

  private void count(long index, int bytes) {
    if (cuts.endsBehind(index, bytes)) {
      sendBatch();
    }
  }

  /**
   * What follows may be the repeat of a body that was sent before: it is cut into the same batches,
   * with the same keys.
   *
   * @param key that all tries share
   */
  void repeats(UUID key) {
    cuts.repeats(key);
  }

  /** The same where its sender has a day for it. */
  void repeatsForADay(UUID key) {
    cuts.repeatsForADay(key);
  }

  /** The splitter has handed on a part of a body that it holds as a whole. */
  void endOfPart() {
    if (cuts.mayBeRepeat()) {
      sendGathered();
    }
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    if (broken != null) {
      return;
    }
    long index = nextIndex;
    reject(
        index,
        line,
        prefix,
        from,
        to,
        new Decoded.Refused(
            RefusalKind.TOO_LARGE,
            "the record has %d bytes, http.maxRecordBytes is %d"
                    .formatted(length, context.limits().maxRecordBytes())
                + (strict ? "" : "; its first %d bytes are kept".formatted(to - from))),
        cuts.key(index, prefix, from, to));
    count(index, to - from);
  }

  private void add(long index, LogRecord record, int bytes) {
    if (batch.isEmpty()) {
      batchStart = index;
      context.memory().gathers(this);
    }
    allowance.records(1);
    batch.add(record);
    batchLast = index;
    batchBytes += bytes;
    context.memory().use(bytes);
  }

  private void reject(
      long index,
      long line,
      byte[] bytes,
      int from,
      int to,
      Decoded.Refused refused,
      @Nullable UUID requestKey) {
    if (badRecords == IngestLimits.MAX_REJECTED && rejections.droppedBad(index)) {
      droppedRecords++;
      nextIndex++;
      return;
    }
    if (badRecords == IngestLimits.MAX_REJECTED) {
      breakOff(
          Problem.of(
              400,
              "more than %d records are bad: nothing from the next bad one on was taken"
                  .formatted(IngestLimits.MAX_REJECTED)));
      return;
    }
    allowance.records(1);
    badRecords++;
    foreignRecords += refused.kind() == RefusalKind.APP_NOT_ALLOWED ? 1 : 0;
    nextIndex++;
    rejections.rejected(index, refused);
    if (errors.size() < maxErrors) {
      errors.add(new LineError(line, refused.reason()));
    }
    if (strict) {
      return;
    }
    if (letters.isEmpty()) {
      lettersStart = index;
      context.memory().gathers(this);
    }
    long now = stamps.receivedAtMicros();
    DeadLetter letter =
        DeadLetter.of(stamps.nextId(now), bytes, from, to, refused.reason(), source, defaults, now)
            .withKind(refused.kind())
            .withApps(sender.apps().owners(refused.app()))
            .withDedupeKey(requestKey);
    letters.add(context.decoder().rules().letter(letter));
    lettersLast = index;
    letterBytes += to - from;
    context.memory().use(to - from);
    if (letters.size() >= LETTERS_PER_PART || letterBytes >= IngestLimits.BATCH_BYTES) {
      sendLetters();
    }
  }

  /** What may be told of the body, which it may quote. */
  String redacted(String reason) {
    return context.decoder().rules().redaction().text(reason);
  }

  /** Sends what was gathered, though it may not be a whole batch. */
  void sendGathered() {
    context.memory().gathersNoMore(this);
    sendBatch();
    sendLetters();
  }

  private void sendBatch() {
    if (!batch.isEmpty()) {
      RecordBatch sent = cuts.batch(batch);
      shipments.send(
          part(
              batchStart,
              batchLast,
              batchBytes,
              () -> context.path().accept(sent).map(to -> arrival(sent, to))));
      batch = new ArrayList<>();
      batchBytes = 0;
    }
    cuts.cut();
  }

  private Arrival arrival(RecordBatch sent, IngestPath.Accepted accepted) {
    int records = sent.records().size();
    if (accepted.backend() == Backend.REDIS) {
      context.gate().appended(records);
      if (watch != null) {
        watch.add(sent.key());
      }
    }
    return new Arrival(accepted.backend(), records - accepted.refused(), accepted.refused());
  }

  private void sendLetters() {
    if (letters.isEmpty()) {
      return;
    }
    List<DeadLetter> sent = letters;
    // In turn: many bad records must not take the room of other requests' good ones.
    shipments.sendInTurn(
        part(
            lettersStart,
            lettersLast,
            letterBytes,
            () ->
                context
                    .path()
                    .acceptDeadLetters(sent)
                    // Where dead letters are says nothing of the records.
                    .map(to -> new Arrival(Backend.REDIS, 0, sent.size()))));
    letters = new ArrayList<>();
    letterBytes = 0;
  }

  private Part part(long start, long last, int bytes, Supplier<Future<Arrival>> way) {
    return new Part(start, last, bytes, way, () -> context.memory().free(bytes));
  }

  /**
   * Notes how much is held of a record whose end has not arrived. A sender who adds to that while
   * all of them hold too much is let go.
   */
  void holds(int bytes) {
    int more = bytes - unfinishedBytes;
    unfinishedBytes = bytes;
    context.memory().holds(more);
    if (more > 0 && broken == null && context.memory().hasTooManyUnfinished()) {
      breakOff(
          Problem.retryLater(
                  429, "too many requests have stopped in the middle of a large record", 2)
              .at(Limit.UNFINISHED_RECORDS));
    }
  }

  /** The same of what the inflation of its body holds. */
  void inflating(int bytes) {
    int more = bytes - windowBytes;
    windowBytes = bytes;
    context.memory().inflates(more);
    if (more > 0 && broken == null && context.memory().inflatesTooMuch()) {
      breakOff(
          Problem.retryLater(429, "too many compressed bodies are under way that refer far back", 2)
              .at(Limit.UNFINISHED_RECORDS));
    }
  }

  /**
   * Nothing more is read, since something could not be taken, although that may still be mended.
   */
  void stop() {
    if (broken == null) {
      broken = shipments.firstFailure();
    }
  }

  /** The body is broken from here on. What came before it counts. */
  void breakOff(Problem reason) {
    broken = reason;
  }

  /**
   * The same from outside, whether or not anything of the body comes in.
   *
   * @return whether it was not broken before
   */
  boolean breakOffNow(Problem reason) {
    if (isBroken()) {
      return false;
    }
    breakOff(reason);
    onProgress.run();
    return true;
  }

  /** No more will come: done once all that was sent has arrived somewhere, or failed to. */
  Future<IngestResult> finish() {
    holds(0);
    inflating(0);
    allowance.tell();
    sendGathered();
    return shipments.finish().compose(done -> stored()).map(this::result);
  }

  private Future<Boolean> stored() {
    return watch == null ? Future.succeededFuture(true) : watch.finish();
  }

  private IngestResult result(boolean stored) {
    allowance.settle(shipments.enqueued() + shipments.rejected());
    boolean gap = shipments.firstMissing() < Long.MAX_VALUE;
    return new IngestResult(
        shipments.enqueued(),
        droppedRecords + (strict ? badRecords : shipments.rejected()),
        foreignRecords,
        List.copyOf(errors),
        shipments.backend(),
        Math.min(shipments.firstMissing(), nextIndex),
        gap ? shipments.firstFailure() : broken,
        strict,
        stored);
  }
}
