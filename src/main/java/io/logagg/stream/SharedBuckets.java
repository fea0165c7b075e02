package io.logagg.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Buckets that all processes on one Redis take from. Nothing waits: what was taken is told to Redis
 * afterwards, every 50 ms, and at once where it is much of what a bucket holds. In between, each
 * process goes by its own copy of what it last heard. So a bucket can be in debt by what several
 * took at the same time, which is paid back before anything more is let in. While Redis is away
 * each process goes on with its copy alone.
 *
 * <p>Thread-safe; one for each process. It connects when it is first needed.
 */
public final class SharedBuckets {
  private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);

  /** More than there can be keys with limits. */
  static final int MAX_BUCKETS = 20_000;

  private static final long TELL_MS = 50;

  /** A bucket is looked after for so long after it was last asked for. */
  private static final long ACTIVE_NANOS = 1_000_000_000L;

  private static final long IDLE_NANOS = 10 * ACTIVE_NANOS;

  private final Vertx vertx;
  private final RedisSettings redis;
  private final LongSupplier nanos;
  private final Context context;

  /** Each is looked at and changed only within this map's atomic operations. */
  private final Map<String, SharedBucket> buckets = new ConcurrentHashMap<>();

  /** Those of which much was taken. */
  private final Set<String> urgent = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean started = new AtomicBoolean();

  // The rest belongs to the context.
  private @Nullable RedisLink link;
  private long timer = -1;
  private boolean telling;
  private boolean scriptIsKnown;
  private boolean wasAlone;
  private boolean closed;

  /**
   * Does not connect yet.
   *
   * @param nanos such as {@link System#nanoTime}
   */
  public SharedBuckets(Vertx vertx, RedisSettings redis, LongSupplier nanos) {
    this.vertx = vertx;
    this.redis = redis;
    this.nanos = nanos;
    this.context = vertx.getOrCreateContext();
  }

  /**
   * Has a bucket fill at this rate, and hold what comes in one second.
   *
   * @param key of the bucket in Redis
   */
  public void fillAt(String key, long perSecond) {
    long now = nanos.getAsLong();
    use(key, perSecond, now, bucket -> bucket.fillAt(perSecond, now));
  }

  /**
   * How much is in a bucket, as far as this process knows; below zero for a debt.
   *
   * @param perSecond its rate if the bucket is not known here, else it stays as it is
   */
  public double level(String key, long perSecond) {
    long now = nanos.getAsLong();
    double[] level = new double[1];
    use(key, perSecond, now, bucket -> level[0] = bucket.level(now));
    return level[0];
  }

  /**
   * Takes so much, whether or not it is there; a negative number gives back.
   *
   * @param perSecond as for {@link #level}
   */
  public void take(String key, long perSecond, long count) {
    long now = nanos.getAsLong();
    boolean[] isUrgent = new boolean[1];
    use(key, perSecond, now, bucket -> isUrgent[0] = bucket.take(count, now));
    if (isUrgent[0]) {
      urgent.add(key);
      context.runOnContext(next -> tellUrgent());
    }
  }

  private interface Use {
    void of(SharedBucket bucket);
  }

  private void use(String key, long perSecond, long now, Use use) {
    if (started.compareAndSet(false, true)) {
      context.runOnContext(next -> start());
    }
    if (buckets.size() >= MAX_BUCKETS && !buckets.containsKey(key)) {
      buckets.keySet().stream().findAny().ifPresent(buckets::remove);
    }
    buckets.compute(
        key,
        (name, known) -> {
          SharedBucket bucket = known == null ? new SharedBucket(perSecond, now) : known;
          use.of(bucket);
          return bucket;
        });
  }

  private void start() {
    if (closed) {
      return;
    }
    link = RedisLink.open(vertx, redis, "limits", () -> scriptIsKnown = false);
    timer = vertx.setPeriodic(TELL_MS, id -> tellActive());
  }

  private Future<Void> tellActive() {
    long now = nanos.getAsLong();
    List<Take> takes = new ArrayList<>();
    for (String key : buckets.keySet()) {
      buckets.computeIfPresent(
          key,
          (name, bucket) -> {
            if (bucket.isIdle(now, IDLE_NANOS)) {
              return null;
            }
            if (!telling && bucket.isActive(now, ACTIVE_NANOS)) {
              takes.add(begin(name, bucket, now));
            }
            return bucket;
          });
    }
    return tell(takes);
  }

  private void tellUrgent() {
    if (telling) {
      return; // They are told when that is done.
    }
    long now = nanos.getAsLong();
    List<Take> takes = new ArrayList<>();
    for (String key : Set.copyOf(urgent)) {
      urgent.remove(key);
      update(key, bucket -> takes.add(begin(key, bucket, now)));
    }
    tell(takes);
  }

  private record Take(String key, long perSecond, long count) {}

  private Take begin(String key, SharedBucket bucket, long now) {
    return new Take(key, bucket.perSecond(), bucket.beginTelling(wasAlone, now));
  }

  private Future<Void> tell(List<Take> takes) {
    RedisLink open = link;
    if (takes.isEmpty() || open == null) {
      takes.forEach(take -> update(take.key(), SharedBucket::notTold));
      return Future.succeededFuture();
    }
    telling = true;
    boolean known = scriptIsKnown;
    List<Request> requests =
        takes.stream()
            .map(take -> BucketScript.take(known, take.key(), take.perSecond(), take.count()))
            .toList();
    return open.sendAll(requests)
        .onSuccess(levels -> told(takes, levels))
        .onFailure(e -> notTold(takes, e))
        .<Void>mapEmpty()
        .otherwiseEmpty()
        .onComplete(
            done -> {
              telling = false;
              tellUrgent();
            });
  }

  private void told(List<Take> takes, List<Response> levels) {
    scriptIsKnown = true;
    wasAlone = false;
    long now = nanos.getAsLong();
    for (int i = 0; i < takes.size(); i++) {
      double level = BucketScript.level(levels.get(i));
      update(takes.get(i).key(), bucket -> bucket.told(level, now));
    }
  }

  /** What may have been told all the same is told again: rather too little than too much. */
  private void notTold(List<Take> takes, Throwable why) {
    scriptIsKnown = false;
    if (!BucketScript.isUnknown(why)) {
      if (!wasAlone) {
        LOG.debug("each process keeps the limits of keys by itself: {}", why.getMessage());
      }
      wasAlone = true;
    }
    takes.forEach(take -> update(take.key(), SharedBucket::notTold));
  }

  private void update(String key, Use change) {
    buckets.computeIfPresent(
        key,
        (name, bucket) -> {
          change.of(bucket);
          return bucket;
        });
  }

  /** For tests: how many are kept here. */
  int size() {
    return buckets.size();
  }

  /** Tells what was not told yet, if that can be done soon, and closes the connection. */
  public Future<Void> close() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        next -> {
          closed = true;
          RedisLink open = link;
          if (open == null) {
            done.complete();
            return;
          }
          vertx.cancelTimer(timer);
          tellActive().transform(told -> open.close()).onComplete(done);
        });
    return done.future();
  }
}
