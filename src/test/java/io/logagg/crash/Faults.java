package io.logagg.crash;

import io.logagg.crash.FaultProxy.Way;
import io.logagg.testing.RedisProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Strikes, holds for a time, and lifts what it did. One thread may strike at each target. */
final class Faults {
  private static final List<Set<Way>> HALVES =
      List.of(Set.of(Way.REQUESTS), Set.of(Way.REPLIES), Set.of(Way.REPLIES), Set.of(Way.values()));

  private final RedisProcess redis;
  private final RedisFaults redisFaults;
  private final FaultProxy redisProxy;
  private final PostgresProcess postgres;
  private final FaultProxy postgresProxy;
  private final LimitedDisk disk;
  private final List<LogaggProcess> logagg;
  private final Map<FaultKind, AtomicLong> struck = new EnumMap<>(FaultKind.class);
  private final Set<FaultKind.Target> busy = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  Faults(Servers servers, List<LogaggProcess> logagg) {
    this.redis = servers.redis();
    this.redisFaults = new RedisFaults(redis, this::hold);
    this.redisProxy = servers.redisProxy();
    this.postgres = servers.postgres();
    this.postgresProxy = servers.postgresProxy();
    this.disk = servers.disk();
    this.logagg = logagg;
    for (FaultKind kind : FaultKind.values()) {
      struck.put(kind, new AtomicLong());
    }
  }

  Map<FaultKind, AtomicLong> struck() {
    return struck;
  }

  /** Lifts what holds now, at once, and lets nothing strike any more. */
  void stop() {
    stopping = true;
  }

  /** Whether no fault holds, of those that end a process. */
  boolean leavesLogaggAlone() {
    return !busy.contains(FaultKind.Target.LOGAGG);
  }

  /** Draws faults for one target until it is told to stop. */
  void strikeAtRandom(FaultKind.Target target, Random random) {
    List<FaultKind> lots = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      if (kind.target == target) {
        lots.addAll(Collections.nCopies(kind.weight, kind));
      }
    }
    while (!stopping) {
      FaultKind kind = lots.get(random.nextInt(lots.size()));
      // Drawn in any case, so that the sequence hangs on the seed alone.
      Random own = new Random(random.nextLong());
      long gapMs = 20L + random.nextInt(random.nextBoolean() ? 300 : 2500);
      if (kind != FaultKind.POSTGRES_DISK_FULL || disk.canFill()) {
        strikeAndTell(kind, own);
      }
      hold(gapMs);
    }
  }

  private void strikeAndTell(FaultKind kind, Random random) {
    System.out.printf("crash: %tT.%<tL %s%n", System.currentTimeMillis(), kind);
    long begin = System.nanoTime();
    busy.add(kind.target);
    try {
      strike(kind, random);
    } finally {
      busy.remove(kind.target);
    }
    struck.get(kind).incrementAndGet();
    System.out.printf(
        "crash: %tT.%<tL %s was lifted, after %d ms%n",
        System.currentTimeMillis(), kind, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
  }

  private void strike(FaultKind kind, Random random) {
    switch (kind) {
      case LOGAGG_KILL, LOGAGG_STOP, LOGAGG_TERM ->
          strike(kind, logagg.get(random.nextInt(logagg.size())), random);
      case REDIS_KILL,
          REDIS_STOP,
          REDIS_BUSY,
          REDIS_OUT_OF_MEMORY,
          REDIS_NO_REPLICAS,
          REDIS_CLIENT_KILL,
          REDIS_GROUP_DELETED,
          REDIS_CONSUMER_DELETED ->
          strikeRedis(kind, random);
      case POSTGRES_KILL -> {
        postgres.kill();
        hold(draw(random, 2000));
        postgres.start();
      }
      case POSTGRES_CHILD_KILL -> {
        postgres.killChild(random.nextInt(100));
        postgres.start();
      }
      case POSTGRES_STOP -> {
        postgres.pause();
        hold(draw(random, 6000));
        postgres.resume();
      }
      case POSTGRES_DISK_FULL -> {
        disk.fill(random.nextInt(4 << 20));
        hold(draw(random, 4500));
        disk.empty();
        postgres.start(); // It gives up itself if it cannot write its WAL.
      }
      case REDIS_CUT, REDIS_DELAY, REDIS_THROTTLE, REDIS_HALF_OPEN, REDIS_GARBLE ->
          strike(kind, redisProxy, random);
      default -> strike(kind, postgresProxy, random);
    }
  }

  private void strikeRedis(FaultKind kind, Random random) {
    switch (kind) {
      case REDIS_STOP -> {
        redis.pause();
        hold(draw(random, 4000));
        redis.resume();
      }
      case REDIS_BUSY -> redisFaults.busy(draw(random, 3000));
      case REDIS_OUT_OF_MEMORY -> redisFaults.outOfMemory(draw(random, 3000));
      case REDIS_NO_REPLICAS -> redisFaults.noReplicas(draw(random, 3000));
      case REDIS_CLIENT_KILL -> redisFaults.killClients();
      case REDIS_GROUP_DELETED -> redisFaults.deleteGroup();
      case REDIS_CONSUMER_DELETED -> redisFaults.deleteConsumer(random);
      default -> {
        redis.kill();
        hold(draw(random, 1500));
        redis.start();
      }
    }
  }

  /** How long a fault holds: over as soon as noticed in half of all cases, or long. */
  private static long draw(Random random, int maxMs) {
    return 1L + random.nextInt(random.nextBoolean() ? 120 : maxMs);
  }

  private void strike(FaultKind kind, LogaggProcess process, Random random) {
    switch (kind) {
      case LOGAGG_STOP -> {
        process.pause();
        hold(draw(random, 6000));
        process.resume();
      }
      case LOGAGG_TERM -> {
        if (!process.terminate()) {
          System.out.println("crash: SIGTERM took too long: " + process.lastWords());
        }
        process.start();
      }
      default -> {
        process.kill();
        hold(draw(random, 1500));
        process.start();
      }
    }
    if (random.nextInt(4) > 0) {
      holdUntilReady(process);
    }
  }

  /** Mostly it is let come up before it is struck again. */
  private void holdUntilReady(LogaggProcess process) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (!stopping && !process.isReady() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private void strike(FaultKind kind, FaultProxy proxy, Random random) {
    switch (kind) {
      case REDIS_DELAY, POSTGRES_DELAY -> {
        proxy.delay(10 + random.nextInt(400));
        hold(draw(random, 3000));
      }
      case REDIS_THROTTLE, POSTGRES_THROTTLE -> {
        proxy.throttle(2000 + random.nextInt(100_000));
        hold(draw(random, 3000));
      }
      case REDIS_HALF_OPEN, POSTGRES_HALF_OPEN -> {
        proxy.freeze(HALVES.get(random.nextInt(HALVES.size())));
        hold(draw(random, 6000));
        if (random.nextBoolean()) {
          proxy.cut();
        }
      }
      case REDIS_GARBLE, POSTGRES_GARBLE -> {
        proxy.garble(random.nextBoolean() ? Way.REQUESTS : Way.REPLIES, random);
        hold(draw(random, 450));
      }
      default -> proxy.cut();
    }
    proxy.heal();
  }

  private void hold(long ms) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    while (!stopping && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
