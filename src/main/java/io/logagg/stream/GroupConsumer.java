package io.logagg.stream;

import io.logagg.bus.BusException;
import io.logagg.retry.Backoff;
import io.logagg.stream.Gathering.Item;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a consumer group: takes over what it had before, then reads what is new and claims
 * what others left, and settles entries once they are stored. At most {@code maxInFlight} batches
 * are under way; while they are, it reads no more. A batch that cannot be stored now is tried again
 * for as long as it takes, and kept from being claimed meanwhile. Belongs to the context it is
 * started on.
 *
 * @param <T> what an entry is decoded to
 */
final class GroupConsumer<T> {
  private static final Logger LOG = LoggerFactory.getLogger(GroupConsumer.class);
  private static final String START = "0-0";

  private final Vertx vertx;
  private final ConsumerSettings settings;
  private final StreamReader reader;
  private final EntryWork<T> work;
  private final RedisLink readLink;
  private final RedisLink commandLink;
  private final Backoff readBackoff;
  private final Backoff settleBackoff;
  private final FailureNews readNews = new FailureNews(System::nanoTime);
  private final FailureNews storeNews = new FailureNews(System::nanoTime);
  private final FailureNews settleNews = new FailureNews(System::nanoTime);
  private final GroupCare care;
  private final Gathering<T> gathering;
  private final Set<String> held = new LinkedHashSet<>();
  private int inFlight;
  private int generation;
  private boolean reading;
  private boolean waitingForRoom;
  private boolean recoverOwn;
  private long recoveries;
  private String ownAfterId = START;
  private boolean stopping;
  private final Promise<Void> drained = Promise.promise();

  private GroupConsumer(
      Vertx vertx,
      RedisSettings redis,
      ConsumerSettings settings,
      StreamReader reader,
      EntryWork<T> work) {
    this.vertx = vertx;
    this.settings = settings;
    this.reader = reader;
    this.work = work;
    this.readBackoff = new Backoff(100, 5000, settings.random());
    this.settleBackoff = new Backoff(100, 5000, settings.random());
    this.gathering = new Gathering<>(settings.batchRecords());
    this.commandLink = RedisLink.open(vertx, redis, "settle " + reader.key(), this::begin);
    this.readLink = RedisLink.open(vertx, redis, "read " + reader.key(), this::begin);
    this.care =
        new GroupCare(
            vertx,
            reader,
            commandLink,
            settings.claimIdleMs(),
            new GroupCare.Member(
                this::hasRoom,
                gathering::readCount,
                () -> held,
                entries -> gatherAgain(entries, StreamMeters.CLAIMED)));
  }

  static <T> GroupConsumer<T> start(
      Vertx vertx,
      RedisSettings redis,
      ConsumerSettings settings,
      StreamReader reader,
      EntryWork<T> work) {
    GroupConsumer<T> consumer = new GroupConsumer<>(vertx, redis, settings, reader, work);
    consumer.care.start();
    return consumer;
  }

  /** The link for short commands; work uses it too. */
  RedisLink commandLink() {
    return commandLink;
  }

  /** Starts reading anew, whenever both connections stand. */
  private void begin() {
    if (stopping || !readLink.isUp() || !commandLink.isUp()) {
      return;
    }
    int mine = ++generation;
    reading = true;
    reader
        .ensureGroup(readLink)
        .onSuccess(
            done -> {
              recoverFromStart();
              if (readEnded(mine)) {
                next(mine);
              }
            })
        .onFailure(e -> retryReading(mine, e));
  }

  /** A read of that generation has come back; false if a newer one has taken over. */
  private boolean readEnded(int mine) {
    if (mine != generation) {
      return false;
    }
    reading = false;
    return true;
  }

  private void recoverFromStart() {
    recoverOwn = true;
    ownAfterId = START;
    recoveries++;
  }

  private void next(int mine) {
    if (mine != generation || reading) {
      return;
    }
    if (stopping) {
      finishIfDrained();
      return;
    }
    if (!hasRoom()) {
      waitingForRoom = true;
      return;
    }
    reading = true;
    if (recoverOwn) {
      readOwn(mine);
    } else {
      readNew(mine);
    }
  }

  private void readNew(int mine) {
    int count = gathering.readCount();
    // Whoever waits in an unfinished batch must not wait for others to come.
    long blockMs = gathering.isEmpty() ? settings.blockMs() : 0;
    reader
        .readNew(readLink, count, blockMs)
        .onSuccess(
            entries -> {
              readWorks();
              gather(entries, StreamMeters.NEW);
              boolean streamIsEmpty = entries.size() < count;
              if (gathering.isBatch() || streamIsEmpty) {
                dispatch();
              }
              if (readEnded(mine)) {
                next(mine);
              }
            })
        .onFailure(e -> retryReading(mine, e));
  }

  private void readWorks() {
    readBackoff.reset();
    if (readNews.over()) {
      LOG.info("reading {} works again", reader.key());
    }
  }

  /** One read of what was pending; there may be more than may be under way at once. */
  private void readOwn(int mine) {
    int count = gathering.readCount();
    long recovery = recoveries;
    reader
        .readOwn(readLink, count, ownAfterId)
        .onSuccess(
            entries -> {
              gatherAgain(entries, StreamMeters.OWN);
              if (!readEnded(mine)) {
                return;
              }
              if (recovery == recoveries) { // Or it is to begin anew, and this read was too early.
                recoverOwn = entries.size() == count;
                ownAfterId = recoverOwn ? entries.get(entries.size() - 1).id() : START;
              }
              next(mine);
            })
        .onFailure(e -> retryReading(mine, e));
  }

  private void retryReading(int mine, Throwable e) {
    if (!readEnded(mine)) {
      return;
    }
    finishIfDrained();
    if (stopping || !readLink.isUp()) {
      return; // The link calls begin() when it is back.
    }
    if (readNews.isNews(String.valueOf(e.getMessage()))) {
      LOG.warn(
          StreamReader.isNoGroup(e)
              ? "the group on {} is gone, it is made anew: {}"
              : "reading {} failed, it is tried until it works: {}",
          reader.key(),
          e.getMessage());
    }
    settings.meters().retried("read");
    vertx.setTimer(
        readBackoff.nextMs(),
        id -> {
          if (mine == generation) {
            begin();
          }
        });
  }

  private void gather(List<RawEntry> entries, String source) {
    settings.meters().read(source, entries.size());
    List<String> gone = new ArrayList<>();
    for (RawEntry entry : entries) {
      if (entry.fields().isEmpty()) {
        gone.add(entry.id()); // Deleted while it was pending: nothing is left of it but the note.
      } else if (held.add(entry.id())) {
        T decoded = work.decode(entry);
        gathering.add(entry.id(), decoded, work.weight(decoded), entry.bytes());
      }
    }
    if (!gone.isEmpty()) {
      settings.meters().lost(gone.size());
      LOG.warn("{} entries of {} were deleted before they were stored", gone.size(), reader.key());
      reader
          .acknowledge(commandLink, gone)
          .onFailure(e -> LOG.debug("acknowledging deleted entries: {}", e.getMessage()));
    }
  }

  /**
   * Of entries that were delivered before, those that have failed too often are stored by
   * themselves.
   */
  private void gatherAgain(List<RawEntry> entries, String source) {
    dispatch();
    gather(entries, source);
    List<Item<T>> batch = gathering.take();
    if (batch.isEmpty()) {
      return;
    }
    inFlight++;
    String first = batch.get(0).id();
    String last = batch.get(batch.size() - 1).id();
    reader
        .deliveries(commandLink, first, last, batch.size())
        .otherwise(Map.of())
        .onSuccess(
            deliveries -> {
              boolean often =
                  batch.stream()
                      .anyMatch(
                          item ->
                              deliveries.getOrDefault(item.id(), 1L) > settings.maxDeliveries());
              if (often) {
                storeEachAlone(batch);
              } else {
                store(batch, newBackoff(), 0);
              }
            });
  }

  private void dispatch() {
    if (!gathering.isEmpty()) {
      inFlight++;
      store(gathering.take(), newBackoff(), 0);
    }
  }

  private Backoff newBackoff() {
    return new Backoff(100, 10_000, settings.random());
  }

  /** One batch under way becomes one for each entry, so that one at fault holds up no other. */
  private void storeEachAlone(List<Item<T>> batch) {
    inFlight += batch.size() - 1;
    batch.forEach(item -> store(List.of(item), newBackoff(), 0));
  }

  /**
   * Stores a batch, as often as it takes.
   *
   * @param faults how often that failed for a reason of the batch's own, not for an outage
   */
  private void store(List<Item<T>> batch, Backoff backoff, int faults) {
    work.store(batch.stream().map(Item::decoded).toList())
        .onSuccess(stored -> settle(batch))
        .onFailure(
            e -> {
              if (storeNews.isNews(String.valueOf(e.getMessage()))) {
                LOG.warn("a batch of {} waits: {}", reader.key(), e.getMessage());
              }
              boolean isFault = e instanceof BusException bus && bus.failure().isOfRequest();
              int now = isFault ? faults + 1 : faults;
              vertx.setTimer(backoff.nextMs(), id -> retry(batch, backoff, now));
            });
  }

  private void retry(List<Item<T>> batch, Backoff backoff, int faults) {
    if (stopping) {
      release(batch); // It stays pending, for whoever comes next.
      return;
    }
    settings.meters().retried("store");
    if (faults >= settings.maxDeliveries() && batch.size() > 1) {
      storeEachAlone(batch);
    } else {
      store(batch, backoff, faults);
    }
  }

  private void settle(List<Item<T>> batch) {
    storeNews.over();
    work.settle(commandLink, batch.stream().map(Item::id).toList())
        .onSuccess(
            done -> {
              settleBackoff.reset();
              settleNews.over();
              release(batch);
            })
        .onFailure(e -> settleFailed(batch, e));
  }

  /** What is still pending for us is read again after a while, and found stored. */
  private void settleFailed(List<Item<T>> batch, Throwable e) {
    // The link itself tells that it is down.
    if (commandLink.isUp() && settleNews.isNews(String.valueOf(e.getMessage()))) {
      LOG.warn(
          "{} entries of {} are stored, but could not be settled; they are read again: {}",
          batch.size(),
          reader.key(),
          e.getMessage());
    }
    if (stopping) {
      release(batch);
      return;
    }
    settings.meters().retried("settle");
    vertx.setTimer(
        settleBackoff.nextMs(),
        id -> {
          recoverFromStart();
          release(batch);
        });
  }

  private void release(List<Item<T>> batch) {
    batch.forEach(item -> held.remove(item.id()));
    inFlight--;
    care.claimOn();
    if (waitingForRoom) {
      waitingForRoom = false;
      next(generation);
    }
    finishIfDrained();
  }

  private boolean hasRoom() {
    return !stopping && inFlight < settings.maxInFlight();
  }

  private void finishIfDrained() {
    if (stopping && inFlight == 0 && !reading) {
      drained.tryComplete();
    }
  }

  /**
   * Reads no more, and is done when what was read is stored or given back. The links are closed
   * then.
   */
  Future<Void> stop() {
    stopping = true;
    dispatch();
    finishIfDrained();
    return drained
        .future()
        .eventually(
            () -> {
              care.stop();
              return Future.all(readLink.close(), commandLink.close());
            });
  }
}
