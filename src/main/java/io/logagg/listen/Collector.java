package io.logagg.listen;

import io.logagg.record.DeadLetter;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.retry.Backoff;
import io.logagg.stream.RedisException;
import io.logagg.stream.RedisException.Kind;
import io.logagg.stream.SafeKeeping;
import io.logagg.stream.StreamRoom;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the records of all connections of a verticle into batches, and keeps each until it is
 * safe: what cannot be handed over is tried again, as the same batch, for as long as it takes.
 * Whoever reads asks whether it is full, and waits. Belongs to one context.
 */
final class Collector {
  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
  private static final int BATCH_BYTES = 256 << 10;
  private static final int MAX_LETTERS = 100;
  private static final int MAX_IN_FLIGHT = 32;

  /** How long a record waits for others. */
  private static final long LINGER_MS = 50;

  private static final long ROOM_POLL_MS = 100;

  private final Vertx vertx;
  private final SafeKeeping keeping;
  private final StreamRoom room;
  private final Limits limits;
  private final Backoff backoff;
  private final ListenMeters meters;

  private List<LogRecord> records = new ArrayList<>();
  private List<DeadLetter> letters = new ArrayList<>();
  private int recordBytes;
  private int letterBytes;
  private boolean lingers;

  private final ArrayDeque<Parcel> ready = new ArrayDeque<>();
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int inFlight;
  private long usedBytes;
  private long heldBytes;
  private boolean polls;
  private boolean backsOff;

  /** How often all was tried: of the failures of one round, the first counts. */
  private int round;

  private @Nullable Promise<Void> finished;

  /**
   * What it may hold.
   *
   * @param maxRecords of a batch
   * @param maxBytes of all that is not safe yet, in bytes of input
   */
  record Limits(int maxRecords, long maxBytes) {}

  /**
   * What goes on its way at once: a batch, or dead letters.
   *
   * @param again whether it may be where it should go already
   */
  private record Parcel(
      @Nullable RecordBatch batch, List<DeadLetter> letters, int bytes, boolean again) {
    Parcel toTryAgain() {
      return new Parcel(batch, letters, bytes, true);
    }
  }

  Collector(
      Vertx vertx,
      SafeKeeping keeping,
      StreamRoom room,
      Limits limits,
      RandomGenerator random,
      ListenMeters meters) {
    this.vertx = vertx;
    this.keeping = keeping;
    this.room = room;
    this.limits = limits;
    this.backoff = new Backoff(50, 2000, random);
    this.meters = meters;
  }

  void add(LogRecord record, int bytes) {
    records.add(record);
    recordBytes += bytes;
    usedBytes += bytes;
    if (records.size() >= limits.maxRecords() || recordBytes >= BATCH_BYTES) {
      sendRecords();
    } else {
      linger();
    }
  }

  void add(DeadLetter letter, int bytes) {
    letters.add(letter);
    letterBytes += bytes;
    usedBytes += bytes;
    if (letters.size() >= MAX_LETTERS || letterBytes >= BATCH_BYTES) {
      sendLetters();
    } else {
      linger();
    }
  }

  private void linger() {
    if (lingers) {
      return;
    }
    lingers = true;
    vertx.setTimer(
        LINGER_MS,
        id -> {
          lingers = false;
          sendRecords();
          sendLetters();
        });
  }

  private void sendRecords() {
    if (!records.isEmpty()) {
      ready.add(new Parcel(RecordBatch.of(records), List.of(), recordBytes, false));
      records = new ArrayList<>();
      recordBytes = 0;
      send();
    }
  }

  private void sendLetters() {
    if (!letters.isEmpty()) {
      ready.add(new Parcel(null, letters, letterBytes, false));
      letters = new ArrayList<>();
      letterBytes = 0;
      send();
    }
  }

  /** Whether no more should be read for now. */
  boolean isFull() {
    return usedBytes >= limits.maxBytes() || room.shortage() != null;
  }

  /** So much is held of datagrams that will come here later. */
  void held(long bytes) {
    heldBytes = bytes;
  }

  /** Whether what comes all the same has to be dropped. */
  boolean hasOverflown() {
    return usedBytes + heldBytes >= limits.maxBytes();
  }

  long usedBytes() {
    return usedBytes;
  }

  /** Runs that once it is not full any more. */
  void await(Runnable goOn) {
    waiting.add(goOn);
    poll();
  }

  /** Does not run that any more. */
  void forget(Runnable goOn) {
    waiting.remove(goOn);
  }

  private void send() {
    while (!ready.isEmpty() && inFlight < MAX_IN_FLIGHT && !backsOff) {
      Parcel next = ready.element();
      // What was read must be safe before the end, even if others have to wait for it. And what
      // may be on the stream must come again while its key is known.
      if (finished == null && !next.again() && room.shortage() != null) {
        poll();
        return;
      }
      send(ready.remove());
    }
    Promise<Void> end = finished;
    if (end != null && ready.isEmpty() && inFlight == 0) {
      end.tryComplete();
    }
  }

  private void send(Parcel parcel) {
    inFlight++;
    int sentIn = round;
    keep(parcel)
        .onComplete(
            done -> {
              inFlight--;
              if (done.succeeded()) {
                usedBytes -= parcel.bytes();
                backoff.reset();
              } else {
                failed(parcel, sentIn, done.cause());
              }
              send();
              wake();
            });
  }

  private Future<Void> keep(Parcel parcel) {
    RecordBatch batch = parcel.batch();
    if (batch == null) {
      int count = parcel.letters().size();
      return keeping
          .keepDeadLetters(parcel.letters())
          .onSuccess(kept -> meters.kept(count, count))
          .mapEmpty();
    }
    int count = batch.records().size();
    return keeping
        .keep(batch)
        .onSuccess(
            kept -> {
              if (kept.onStream()) {
                room.appended(count);
              }
              meters.kept(count, kept.refused());
            })
        .mapEmpty();
  }

  private void failed(Parcel parcel, int sentIn, Throwable why) {
    if (why instanceof RedisException redis && redis.kind() == Kind.OUT_OF_MEMORY) {
      room.outOfMemory();
    }
    if (backoff.isFresh()) {
      LOG.warn("what was read cannot be handed over; it is tried again: {}", why.getMessage());
    }
    meters.retried();
    ready.addFirst(parcel.toTryAgain());
    if (sentIn == round) {
      round++;
      backOff(backoff.nextMs());
    }
  }

  /** Nothing is tried for so long. */
  private void backOff(long ms) {
    backsOff = true;
    vertx.setTimer(
        ms,
        id -> {
          backsOff = false;
          send();
        });
  }

  /** Soon looks whether there is room. */
  private void poll() {
    if (polls) {
      return;
    }
    polls = true;
    vertx.setTimer(
        ROOM_POLL_MS,
        id -> {
          polls = false;
          send();
          wake();
        });
  }

  private void wake() {
    while (!waiting.isEmpty() && !isFull()) {
      waiting.remove().run();
    }
    if (!waiting.isEmpty()) {
      poll();
    }
  }

  /** No more will come: done once all is safe, or after so long, which is an error in the log. */
  Future<Void> finish(long timeoutMs) {
    Promise<Void> end = Promise.promise();
    finished = end;
    sendRecords();
    sendLetters();
    send();
    return end.future()
        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
        .recover(
            e -> {
              LOG.error(
                  "{} bytes that were read could not be handed over, and are lost", usedBytes);
              return Future.succeededFuture();
            });
  }
}
