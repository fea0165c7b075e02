package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.UnavailableException;
import io.logagg.query.TailPosition.Within;
import io.logagg.retry.Backoff;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what is stored, once for all who watch in this process: so a further one costs no more
 * queries. Who comes with a position reads by himself until he has caught up, and joins the others
 * between two of their readings, without a gap or a repeat. With nobody there, nothing is read.
 * Thread-safe; all of its own work is done on one context.
 */
public final class TailFeed {
  private static final Logger LOG = LoggerFactory.getLogger(TailFeed.class);
  private static final long PERIOD_MS = 200;

  private final Vertx vertx;
  private final Context context;
  private final TailSource source;
  private final int maxFollowers;
  private final Backoff backoff;
  private final AtomicInteger count = new AtomicInteger();
  private final Set<Follower> joining = new LinkedHashSet<>();
  private final Set<Follower> live = new LinkedHashSet<>();

  /** Up to where those who are live have followed; null while there are none. */
  private @Nullable TailPosition at;

  /** What could not be read with, being too much for PostgreSQL; from then on, without. */
  private @Nullable LogFilter refused;

  private boolean scheduled;

  /**
   * For one process.
   *
   * @param maxFollowers how many may follow at once
   */
  public TailFeed(Vertx vertx, TailSource source, int maxFollowers, RandomGenerator random) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.source = source;
    this.maxFollowers = maxFollowers;
    this.backoff = new Backoff(PERIOD_MS, 5_000, random);
  }

  /** Who follows. Called on the feed's context, which must not be held up. */
  public interface Listener {
    /**
     * What came in, with more than the own filter means. The future is done once more can be taken;
     * only who catches up is waited for.
     */
    Future<Void> came(TailBatch batch);

    /** It is over: PostgreSQL could not be asked while catching up. */
    void failed(Throwable cause);
  }

  /** Thrown if too many follow already. */
  public static final class FullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FullException(int max) {
      super("http.maxTails=" + max + " clients follow already");
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /** One who follows, until he leaves. */
  public final class Follower {
    private final LogFilter filter;
    private final Listener listener;
    private final Abandonment left = new Abandonment();
    private TailPosition at;

    private Follower(LogFilter filter, Listener listener, TailPosition at) {
      this.filter = filter;
      this.listener = listener;
      this.at = at;
    }

    /** Begins to follow; the listener is told from here on. */
    public void start() {
      context.runOnContext(go -> catchUp(this));
    }

    /** Up to where that is, to begin with. */
    public TailPosition position() {
      return at;
    }

    /** To be called once, whatever happened. */
    public void leave() {
      left.happen();
      count.decrementAndGet();
      context.runOnContext(
          go -> {
            joining.remove(this);
            live.remove(this);
          });
    }
  }

  /** How many follow now. */
  public int followers() {
    return count.get();
  }

  /**
   * Takes a place. Nothing is told before {@link Follower#start}, and nothing is missed that is
   * stored after the future is done.
   *
   * @param from null for now
   * @return fails with a {@link FullException} if there is no place
   */
  public Future<Follower> follow(LogFilter filter, @Nullable TailPosition from, Listener listener) {
    if (count.incrementAndGet() > maxFollowers) {
      count.decrementAndGet();
      return Future.failedFuture(new FullException(maxFollowers));
    }
    Future<TailPosition> begin = from == null ? source.position() : Future.succeededFuture(from);
    return begin
        .map(position -> new Follower(filter, listener, position))
        .onFailure(e -> count.decrementAndGet());
  }

  private void catchUp(Follower follower) {
    if (follower.left.hasHappened()) {
      return;
    }
    read(follower)
        .onSuccess(
            caughtUp -> {
              if (!follower.left.hasHappened()) {
                joining.add(follower);
                schedule(0);
              }
            })
        .onFailure(
            e -> {
              if (!follower.left.hasHappened()) {
                follower.listener.failed(e);
              }
            });
  }

  /** Reads for one alone, until nothing more waits. */
  private Future<Void> read(Follower follower) {
    Promise<Void> done = Promise.promise();
    read(follower, done);
    return done.future();
  }

  private void read(Follower follower, Promise<Void> done) {
    onContext(source.since(follower.at, follower.filter, TailSource.MAX_ROWS, follower.left))
        .compose(
            batch -> {
              follower.at = batch.next();
              return onContext(follower.listener.came(batch)).map(batch.more());
            })
        .onSuccess(
            more -> {
              if (more) {
                read(follower, done);
              } else {
                done.complete();
              }
            })
        .onFailure(done::fail);
  }

  private void schedule(long delayMs) {
    if (!scheduled) {
      scheduled = true;
      if (delayMs == 0) {
        context.runOnContext(go -> turn());
      } else {
        vertx.setTimer(delayMs, id -> context.runOnContext(go -> turn()));
      }
    }
  }

  /** Reads what is new for those who are live, then lets in who has caught up. */
  private void turn() {
    if (live.isEmpty() && joining.isEmpty()) {
      scheduled = false;
      at = null;
      return;
    }
    TailPosition from = at;
    // At the end of an earlier group, they would be sent back to it: one more turn for them.
    boolean isAmidGroup = from != null && from.within() != null;
    List<Follower> waiting = isAmidGroup ? List.of() : List.copyOf(joining);
    readForAll()
        .compose(now -> letIn(waiting, now))
        .onComplete(
            result -> {
              scheduled = false;
              if (result.succeeded()) {
                backoff.reset();
                schedule(PERIOD_MS);
              } else {
                if (backoff.isFresh()) {
                  LOG.warn("following what is stored, trying on: {}", result.cause().getMessage());
                }
                schedule(backoff.nextMs());
              }
            });
  }

  /** Up to now, the end of a group of commits. */
  private Future<TailPosition> readForAll() {
    TailPosition from = at;
    if (live.isEmpty() || from == null) {
      return onContext(source.position()).onSuccess(now -> at = now);
    }
    LogFilter hull = LogFilter.hull(live.stream().map(follower -> follower.filter).toList());
    LogFilter asked = hull.equals(refused) ? LogFilter.ALL : hull;
    return onContext(source.since(from, asked, TailSource.MAX_ROWS, new Abandonment()))
        .onFailure(e -> refuseIfAtFault(hull, e))
        .compose(
            batch -> {
              at = batch.next();
              List.copyOf(live).forEach(follower -> follower.listener.came(batch));
              return batch.more() ? readForAll() : Future.succeededFuture(batch.next());
            });
  }

  /** While PostgreSQL is away, nothing is known of what it can bear. */
  private void refuseIfAtFault(LogFilter hull, Throwable e) {
    if (!(e instanceof UnavailableException)) {
      refused = hull;
    }
  }

  /** Each reads what lies between his position and the others'. */
  private Future<Void> letIn(List<Follower> waiting, TailPosition now) {
    List<Future<Void>> all = new ArrayList<>();
    for (Follower follower : waiting) {
      follower.at = new TailPosition(follower.at.from(), Within.beginning(now.from()));
      all.add(
          readPart(follower)
              .onSuccess(
                  done -> {
                    if (joining.remove(follower)) {
                      live.add(follower);
                    }
                  })
              .recover(
                  e -> {
                    if (joining.remove(follower)) {
                      follower.listener.failed(e);
                    }
                    return Future.succeededFuture();
                  }));
    }
    return Future.all(all).mapEmpty();
  }

  /** The rest of a group. */
  private Future<Void> readPart(Follower follower) {
    return onContext(source.since(follower.at, follower.filter, TailSource.MAX_ROWS, follower.left))
        .compose(
            batch -> {
              follower.at = batch.next();
              follower.listener.came(batch);
              return batch.more() ? readPart(follower) : Future.succeededFuture();
            });
  }

  /** Answers come on the contexts of connections and clients. */
  private <T> Future<T> onContext(Future<T> future) {
    Promise<T> promise = Promise.promise();
    future.onComplete(result -> context.runOnContext(go -> promise.handle(result)));
    return promise.future();
  }
}
