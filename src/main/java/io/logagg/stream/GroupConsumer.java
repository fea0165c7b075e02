package io.logagg.stream;

import io.logagg.retry.Backoff;
import io.logagg.stream.Gathering.Item;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a consumer group: takes over what it had before, then reads what is new and claims
 * what others left, and settles entries once they are stored. At most {@code maxInFlight} batches
 * are under way ({@link BatchStore}); while they are, it reads no more, and keeps their entries
 * from being claimed. Belongs to the context it is started on.
 *
 * @param <T> what an entry is decoded to
 */
final class GroupConsumer<T> implements BatchStore.Owner<T> {
  private static final Logger LOG = LoggerFactory.getLogger(GroupConsumer.class);
  private static final String START = "0-0";

  private final Vertx vertx;
  private final ConsumerSettings settings;
  private final StreamReader reader;
  private final EntryWork<T> work;
  private final RedisLink readLink;
  private final RedisLink commandLink;
  private final Backoff readBackoff;
  private final FailureNews readNews = new FailureNews(System::nanoTime);
  private final BatchStore<T> store;
  private final GroupCare care;
  private final Gathering<T> gathering;
  private final Set<String> held = new LinkedHashSet<>();
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
    this.gathering = new Gathering<>(settings.batchRecords());
    this.commandLink = RedisLink.open(vertx, redis, "settle " + reader.key(), this::begin);
    this.readLink = RedisLink.open(vertx, redis, "read " + reader.key(), this::begin);
    this.store = new BatchStore<>(vertx, settings, reader, work, commandLink, this);
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
              readAgain();
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

  @Override
  public void readAgain() {
    recoverOwn = true;
    ownAfterId = START;
    recoveries++;
  }

  private void next(int mine) {
    if (mine != generation || reading) {
      return;
    }
    if (stopping) {
      // What the last read brought may be less than a batch; left behind, it would wait until
      // somebody claims it.
      dispatch();
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
      if (held.contains(entry.id())) {
        continue; // It is being stored, whatever became of it on the stream.
      }
      if (entry.fields().isEmpty()) {
        gone.add(entry.id()); // Deleted while it was pending: nothing is left of it but the note.
      } else {
        held.add(entry.id());
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

  private void gatherAgain(List<RawEntry> entries, String source) {
    dispatch();
    gather(entries, source);
    if (!gathering.isEmpty()) {
      store.storeAgain(gathering.take());
    }
  }

  private void dispatch() {
    if (!gathering.isEmpty()) {
      store.store(gathering.take());
    }
  }

  @Override
  public void released(List<Item<T>> batch) {
    batch.forEach(item -> held.remove(item.id()));
    care.claimOn();
    if (waitingForRoom) {
      waitingForRoom = false;
      next(generation);
    }
    finishIfDrained();
  }

  private boolean hasRoom() {
    return !stopping && store.hasRoom();
  }

  private void finishIfDrained() {
    if (stopping && store.isIdle() && !reading) {
      drained.tryComplete();
    }
  }

  /**
   * Reads no more, and is done when what was read is stored or given back. The links are closed
   * then.
   */
  Future<Void> stop() {
    stopping = true;
    store.stop();
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
