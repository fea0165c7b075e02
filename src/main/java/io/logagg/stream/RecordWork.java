package io.logagg.stream;

import io.logagg.bus.Bus;
import io.logagg.bus.BusException;
import io.logagg.bus.DeadLetters;
import io.logagg.bus.Failure;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.protocol.RefusedRecord;
import io.logagg.record.DeadLetter;
import io.logagg.record.DedupeKeys;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RefusalKind;
import io.logagg.telemetry.trace.Traces;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of records: decoded, handed to persistence, removed. What cannot be read or stored is a
 * dead letter first.
 */
final class RecordWork implements EntryWork<RecordWork.Received> {
  private static final Logger LOG = LoggerFactory.getLogger(RecordWork.class);

  private static final long CLOCKS_DIFFER_MS = 60_000;
  private static final long DAY_MS = 86_400_000;

  private final EntryCodec codec;
  private final StreamReader reader;
  private final long repeatMs;
  private final String deadLetterKey;
  private final Bus bus;
  private final Supplier<RedisLink> link;
  private final Traces traces;

  /**
   * Works on one stream.
   *
   * @param repeatWindowMs how long after a batch its sender may send it again
   */
  RecordWork(
      EntryCodec codec,
      StreamReader reader,
      String deadLetterKey,
      long repeatWindowMs,
      Bus bus,
      Supplier<RedisLink> link,
      Traces traces) {
    this.codec = codec;
    this.reader = reader;
    this.deadLetterKey = deadLetterKey;
    this.repeatMs = repeatWindowMs == 0 ? 0 : repeatWindowMs + CLOCKS_DIFFER_MS;
    this.bus = bus;
    this.link = link;
    this.traces = traces;
  }

  /** One entry, as read and as understood. */
  record Received(EntryCodec.Content content, RawEntry entry) {}

  @Override
  public Received decode(RawEntry entry) {
    return new Received(codec.decode(entry), entry);
  }

  @Override
  public int weight(Received received) {
    RecordBatch batch = received.content().batch();
    return batch == null ? 1 : batch.records().size();
  }

  @Override
  public Future<Void> store(List<Received> received) {
    return traces.batch("store batch", reader.key(), received.size(), () -> storeAll(received));
  }

  private Future<Void> storeAll(List<Received> received) {
    List<Future<Optional<Received>>> confirmed = received.stream().map(this::confirm).toList();
    return Future.all(confirmed)
        .compose(
            all -> storeConfirmed(confirmed.stream().flatMap(f -> f.result().stream()).toList()));
  }

  /**
   * What would be refused is read a second time first: the entry may be good, and only its copy
   * damaged on the way. Fails if the second copy is another one; empty if the entry is gone, dealt
   * with by another consumer.
   */
  private Future<Optional<Received>> confirm(Received first) {
    if (first.content().refused().isEmpty()) {
      return Future.succeededFuture(Optional.of(first));
    }
    return reader
        .read(link.get(), first.entry().id())
        .compose(
            found -> {
              Optional<Received> second = found.map(this::decode);
              return second.isEmpty()
                      || second.get().content().refused().isEmpty()
                      || first.entry().isSameAs(second.get().entry())
                  ? Future.succeededFuture(second)
                  : Future.failedFuture("two reads of " + first.entry().id() + " differ");
            });
  }

  private Future<Void> storeConfirmed(List<Received> received) {
    List<Delivery> deliveries = new ArrayList<>();
    List<DeadLetter> refused = new ArrayList<>();
    for (Received entry : received) {
      RecordBatch batch = entry.content().batch();
      if (batch != null) {
        // Its repeat comes in a later entry.
        deliveries.add(new Delivery(batch, entry.entry().ms() + repeatMs(batch)));
      }
      refused.addAll(entry.content().refused());
    }
    // Last, since all of this is done again until the whole of it succeeds.
    return write(deliveries).compose(done -> append(refused));
  }

  /** For how long its sender may send it again. */
  private long repeatMs(RecordBatch batch) {
    if (!batch.mayComeAgain()) {
      return 0;
    }
    return DedupeKeys.isForADay(batch.key()) ? DAY_MS + CLOCKS_DIFFER_MS : repeatMs;
  }

  private Future<Void> write(List<Delivery> deliveries) {
    if (deliveries.isEmpty()) {
      return Future.succeededFuture();
    }
    return ask(deliveries)
        .recover(e -> narrowDown(deliveries, e))
        .compose(
            outcome ->
                // Most stand in PostgreSQL already and are only shown here, but not all do.
                append(outcome.refused()));
  }

  /**
   * Persistence itself finds the record at fault where PostgreSQL names it. What fails for another
   * reason that will not pass is tried entry by entry, then record by record; a record that fails
   * by itself, twice, becomes a dead letter.
   */
  private Future<WriteOutcome> narrowDown(List<Delivery> deliveries, Throwable e) {
    if (!(e instanceof BusException bus)
        || (bus.failure() != Failure.REFUSED && bus.failure() != Failure.INTERNAL)) {
      return Future.failedFuture(e);
    }
    List<Delivery> parts = parts(deliveries);
    if (parts.size() == 1) {
      return ask(deliveries).recover(again -> deadLetter(deliveries.get(0), again));
    }
    Future<WriteOutcome> all = Future.succeededFuture(WriteOutcome.NOTHING);
    for (Delivery part : parts) {
      all =
          all.compose(
              before ->
                  ask(List.of(part))
                      .recover(failure -> narrowDown(List.of(part), failure))
                      .map(before::plus));
    }
    return all;
  }

  private Future<WriteOutcome> ask(List<Delivery> deliveries) {
    return bus.ask(Persistence.WRITE, new WriteRequest(deliveries, true));
  }

  /**
   * Its entries; of a single one, its records, each under a key of its own. The entry's own key is
   * not among them: until it is settled, all of it may come again.
   */
  private static List<Delivery> parts(List<Delivery> deliveries) {
    if (deliveries.size() > 1) {
      return deliveries;
    }
    Delivery only = deliveries.get(0);
    List<LogRecord> records = only.batch().records();
    List<Delivery> parts = new ArrayList<>(records.size());
    for (int i = 0; i < records.size(); i++) {
      UUID key = DedupeKeys.ofPart(only.batch().key(), i);
      parts.add(new Delivery(new RecordBatch(key, List.of(records.get(i))), only.entryMs()));
    }
    return parts;
  }

  private static Future<WriteOutcome> deadLetter(Delivery delivery, Throwable e) {
    boolean byItself =
        e instanceof BusException bus
            && (bus.failure() == Failure.REFUSED || bus.failure() == Failure.INTERNAL);
    if (!byItself) {
      return Future.failedFuture(e);
    }
    LogRecord record = delivery.batch().records().get(0);
    LOG.error(
        "record {} of {} cannot be stored, it becomes a dead letter", record.id(), record.app(), e);
    DeadLetter letter =
        RefusedRecord.deadLetter(
            record, RefusalKind.STORE_FAILED, "cannot be stored: " + e.getMessage(), "stream");
    return Future.succeededFuture(new WriteOutcome(0, 0, List.of(letter)));
  }

  private Future<Void> append(List<DeadLetter> letters) {
    if (letters.isEmpty()) {
      return Future.succeededFuture();
    }
    return link.get()
        .sendAll(DeadLetterCodec.xadds(deadLetterKey, letters))
        .<Void>mapEmpty()
        // Redis may be full, and stay so until entries are settled, which waits for this.
        .recover(e -> bus.ask(Persistence.KEEP_DEAD_LETTERS, new DeadLetters(letters)).mapEmpty());
  }

  @Override
  public Future<Void> settle(RedisLink link, List<String> ids) {
    return reader.remove(link, ids);
  }
}
