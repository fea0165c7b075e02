package io.logagg.stream;

import io.logagg.bus.BusException;
import io.logagg.retry.Backoff;
import io.logagg.stream.Gathering.Item;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the batches of one member of a consumer group, each as often as it takes, and settles
 * their entries then. Belongs to the member's context.
 *
 * @param <T> what an entry is decoded to
 */
final class BatchStore<T> {
  private static final Logger LOG = LoggerFactory.getLogger(BatchStore.class);

  private final Vertx vertx;
  private final ConsumerSettings settings;
  private final StreamReader reader;
  private final EntryWork<T> work;
  private final RedisLink link;
  private final Owner<T> owner;
  private final Backoff settleBackoff;
  private final FailureNews storeNews = new FailureNews(System::nanoTime);
  private final FailureNews settleNews = new FailureNews(System::nanoTime);
  private int inFlight;
  private boolean stopping;

  /** Is told what becomes of batches. */
  interface Owner<T> {
    /** Nothing more is done with these: they are stored and settled, or left pending. */
    void released(List<Item<T>> batch);

    /** Some are stored and could not be settled: what is pending must be read again. */
    void readAgain();
  }

  /**
   * Has none yet.
   *
   * @param link for short commands
   */
  BatchStore(
      Vertx vertx,
      ConsumerSettings settings,
      StreamReader reader,
      EntryWork<T> work,
      RedisLink link,
      Owner<T> owner) {
    this.vertx = vertx;
    this.settings = settings;
    this.reader = reader;
    this.work = work;
    this.link = link;
    this.owner = owner;
    this.settleBackoff = new Backoff(100, 5000, settings.random());
  }

  boolean hasRoom() {
    return inFlight < settings.maxInFlight();
  }

  boolean isIdle() {
    return inFlight == 0;
  }

  /** A batch that fails from now on is left pending, for whoever comes next. */
  void stop() {
    stopping = true;
  }

  void store(List<Item<T>> batch) {
    inFlight++;
    store(batch, newBackoff(), 0);
  }

  /**
   * Of entries that were delivered before, those that have failed too often are stored by
   * themselves.
   */
  void storeAgain(List<Item<T>> batch) {
    inFlight++;
    String first = batch.get(0).id();
    String last = batch.get(batch.size() - 1).id();
    reader
        .deliveries(link, first, last, batch.size())
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
    work.settle(link, batch.stream().map(Item::id).toList())
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
    if (link.isUp() && settleNews.isNews(String.valueOf(e.getMessage()))) {
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
          owner.readAgain();
          release(batch);
        });
  }

  private void release(List<Item<T>> batch) {
    inFlight--;
    owner.released(batch);
  }
}
