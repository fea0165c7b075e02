package io.logagg.http.ingest;

import io.logagg.persistence.BodyLedger;
import io.logagg.record.Stamper;
import io.logagg.stream.SeenBodies;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers for some minutes which bodies came, for protocols without ids of their own: a client
 * that got no answer sends the same again. Each has a key, which its tries share, and what they are
 * stored by is made of that. Redis knows the keys, so that it does not matter which process a
 * repeat comes to; PostgreSQL while Redis is away, and for one more window it is asked first, since
 * Redis has missed some; and this process knows its own, whichever of the two is away. Belongs to
 * one context.
 */
public final class RepeatedBodies {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedBodies.class);
  private static final int MAX_REMEMBERED = 10_000;
  private static final long LIMIT_MS = 1000;

  private final SeenBodies redis;
  private final BodyLedger postgres;
  private final Stamper stamper;
  private final long windowMs;
  private final LongSupplier nanos;
  private final Map<UUID, Try> own = new LinkedHashMap<>();

  /**
   * What is known of a body.
   *
   * @param key that its tries share
   * @param isRepeat whether it came before
   */
  record FirstTry(UUID key, boolean isRepeat) {}

  private record Try(Future<UUID> key, long sinceNanos) {}

  /**
   * For one context.
   *
   * @param windowMs for how long a body is remembered; 0 for none
   * @param nanos such as {@link System#nanoTime}
   */
  public RepeatedBodies(
      SeenBodies redis, BodyLedger postgres, Stamper stamper, long windowMs, LongSupplier nanos) {
    this.redis = redis;
    this.postgres = postgres;
    this.stamper = stamper;
    this.windowMs = windowMs;
    this.nanos = nanos;
  }

  boolean isOn() {
    return windowMs > 0;
  }

  /**
   * What is known of a body. Never fails: where nobody can tell, it is a new one.
   *
   * @param body a hash of it, and of who sent it
   */
  Future<FirstTry> firstTry(UUID body) {
    forgetOld();
    Try known = own.get(body);
    if (known != null) {
      return known.key().map(key -> new FirstTry(key, true));
    }
    UUID mine = stamper.now().nextId(stamper.nowMicros());
    Future<UUID> key =
        redis.mayHaveMissed(windowMs)
            ? inPostgres(body, mine).compose(first -> inRedis(body, first))
            : inRedis(body, mine);
    own.put(body, new Try(key, nanos.getAsLong()));
    return key.map(
        found -> {
          boolean isRepeat = !found.equals(mine);
          if (isRepeat) {
            own.remove(body); // Those who knew it before know for how long, too.
          }
          return new FirstTry(found, isRepeat);
        });
  }

  /** Redis' answer; while it is away, PostgreSQL's. */
  private Future<UUID> inRedis(UUID body, UUID key) {
    return bounded(redis.remember(body, key, windowMs)).recover(e -> inPostgres(body, key));
  }

  private Future<UUID> inPostgres(UUID body, UUID key) {
    return bounded(postgres.remember(body, key, windowMs))
        .recover(
            e -> {
              LOG.debug("whether a body is a repeat is not known: {}", e.getMessage());
              return Future.succeededFuture(key);
            });
  }

  /**
   * PostgreSQL has what came with this body, since Redis went away meanwhile: then it must know the
   * key too.
   */
  Future<Void> alsoInPostgres(UUID body, UUID key) {
    return bounded(postgres.remember(body, key, windowMs))
        .<Void>mapEmpty()
        .recover(
            e -> {
              LOG.debug("a body is not remembered in PostgreSQL: {}", e.getMessage());
              return Future.succeededFuture();
            });
  }

  private static Future<UUID> bounded(Future<UUID> asked) {
    return asked.timeout(LIMIT_MS, TimeUnit.MILLISECONDS);
  }

  private void forgetOld() {
    long oldest = nanos.getAsLong() - TimeUnit.MILLISECONDS.toNanos(windowMs);
    Iterator<Try> tries = own.values().iterator();
    while (tries.hasNext()) {
      Try next = tries.next();
      if (own.size() <= MAX_REMEMBERED && next.sinceNanos() - oldest >= 0) {
        return;
      }
      tries.remove();
    }
  }
}
