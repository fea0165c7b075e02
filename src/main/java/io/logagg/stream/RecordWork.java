package io.logagg.stream;

import io.logagg.bus.Bus;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.record.DeadLetter;
import io.logagg.record.RecordBatch;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of records: decoded, handed to persistence, removed. What cannot be read or stored is a
 * dead letter first.
 */
final class RecordWork implements EntryWork<RecordWork.Received> {
  private static final Logger LOG = LoggerFactory.getLogger(RecordWork.class);

  private final EntryCodec codec;
  private final StreamReader reader;
  private final String deadLetterKey;
  private final Bus bus;
  private final Supplier<RedisLink> link;

  RecordWork(
      EntryCodec codec,
      StreamReader reader,
      String deadLetterKey,
      Bus bus,
      Supplier<RedisLink> link) {
    this.codec = codec;
    this.reader = reader;
    this.deadLetterKey = deadLetterKey;
    this.bus = bus;
    this.link = link;
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
        deliveries.add(new Delivery(batch, entry.entry().ms()));
      }
      refused.addAll(entry.content().refused());
    }
    return append(refused).compose(done -> write(deliveries));
  }

  private Future<Void> write(List<Delivery> deliveries) {
    if (deliveries.isEmpty()) {
      return Future.succeededFuture();
    }
    return bus.ask(Persistence.WRITE, new WriteRequest(deliveries, true))
        .compose(
            outcome ->
                // They stand in PostgreSQL already; here they are only shown.
                append(outcome.refused())
                    .otherwise(
                        e -> {
                          LOG.warn("dead letters missing from the mirror: {}", e.getMessage());
                          return null;
                        }));
  }

  private Future<Void> append(List<DeadLetter> letters) {
    if (letters.isEmpty()) {
      return Future.succeededFuture();
    }
    return link.get().sendAll(DeadLetterCodec.xadds(deadLetterKey, letters)).mapEmpty();
  }

  @Override
  public Future<Void> settle(RedisLink link, List<String> ids) {
    return reader.remove(link, ids);
  }
}
