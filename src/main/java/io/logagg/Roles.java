package io.logagg;

import io.logagg.access.Authenticator;
import io.logagg.access.KeyRing;
import io.logagg.access.KeyStore;
import io.logagg.alert.CallableHosts;
import io.logagg.alerting.AlertOptions;
import io.logagg.alerting.AlertVerticle;
import io.logagg.config.Config;
import io.logagg.http.AlertSettings;
import io.logagg.http.HttpOptions;
import io.logagg.http.HttpVerticle;
import io.logagg.http.OpenConnections;
import io.logagg.http.ingest.RateLimits;
import io.logagg.http.reply.LargeReplies;
import io.logagg.listen.ListenOptions;
import io.logagg.listen.ListenVerticle;
import io.logagg.listen.Listening;
import io.logagg.ownlogs.OwnLogs;
import io.logagg.ownlogs.OwnLogsVerticle;
import io.logagg.persistence.PersistenceOptions;
import io.logagg.persistence.PersistenceVerticle;
import io.logagg.persistence.RetentionLimits;
import io.logagg.persistence.SealingTimes;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.protocol.RecordRules;
import io.logagg.query.TailFeed;
import io.logagg.query.TailSource;
import io.logagg.record.Stamper;
import io.logagg.record.TimeWindow;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.SharedBuckets;
import io.logagg.stream.StreamConsumerOptions;
import io.logagg.stream.StreamConsumerVerticle;
import io.logagg.stream.StreamNames;
import io.logagg.stream.StreamRoom;
import io.logagg.telemetry.Metrics;
import io.logagg.tls.Certificates;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The roles of this process: deployed from the store outwards, so that nobody asks for what is not
 * there yet, and stopped the other way round, so that what was taken in is still stored.
 */
final class Roles {
  private static final long MIN_LISTENER_BYTES = 4 << 20;

  private final Vertx vertx;
  private final Config config;
  private final Backends backends;
  private final Optional<Certificates> tls;
  private final Database database;
  private final @Nullable KeyRing keys;
  private final Telemetry telemetry;
  private final KeyStore keyStore;
  private final Metrics metrics;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final RedisSettings redis;
  private final StreamNames names;
  private final TimeWindow window;
  private final RecordRules rules;
  private final LargeReplies largeReplies;
  private final TailFeed tails;
  private final OpenConnections connections;
  private final SharedBuckets buckets;
  private final RateLimits rates;
  private final AtomicInteger httpPort = new AtomicInteger();

  /** Filled while they start, on other threads than the one that stops them, whenever that is. */
  private final Deque<String> deployed = new ConcurrentLinkedDeque<>();

  Roles(
      Vertx vertx,
      Config config,
      Backends backends,
      Optional<Certificates> tls,
      Telemetry telemetry,
      RecordRules rules,
      Metrics metrics,
      InstantSource clock,
      RandomGenerator random) {
    this.vertx = vertx;
    this.config = config;
    this.backends = backends;
    this.tls = tls;
    this.telemetry = telemetry;
    this.rules = rules;
    this.metrics = metrics;
    this.clock = clock;
    this.random = random;
    this.database =
        Database.open(
            vertx,
            new PostgresSettings(
                backends.postgresUrl(),
                config.postgres().poolSize(),
                config.postgres().queryTimeoutMs(),
                config.postgres().writeTimeoutMs(),
                random));
    this.keys =
        config.auth().enabled()
            ? KeyRing.open(vertx, database, config.auth().adminKey(), clock)
            : null;
    this.keyStore = new KeyStore(database, random);
    this.connections =
        OpenConnections.within(
            config.http().maxConnections(),
            OpenConnections.maxFiles(),
            otherFiles(config),
            metrics);
    this.redis = new RedisSettings(backends.redisUrl(), config.redis().commandTimeoutMs(), random);
    this.names =
        new StreamNames(config.stream().key(), config.stream().group(), config.stream().dlqKey());
    this.buckets = new SharedBuckets(vertx, redis, System::nanoTime);
    this.rates = new RateLimits(buckets, names.stream(), metrics);
    this.largeReplies = new LargeReplies(config.http().maxLargeReplies());
    this.tails = new TailFeed(vertx, new TailSource(database), config.http().maxTails(), random);
    this.window =
        new TimeWindow(config.retention().maxAgeDays(), config.retention().maxFutureDays());
    show();
  }

  /** What belongs to no role. */
  private void show() {
    ConfigMeters.show(config, metrics);
    backends.show(config.embedded().minFreeBytes(), metrics);
    if (keys != null) {
      metrics.gauge("logagg.auth.keys", "API keys that hold, as this process knows", keys::count);
    }
  }

  /**
   * Jars, event loops and logs; the pools for reading and writing; connections of each verticle.
   */
  private static int otherFiles(Config config) {
    int verticles =
        config.http().instances()
            + config.consumer().instances()
            + config.persistence().instances()
            + (config.syslog().enabled() ? config.http().instances() + 1 : 0)
            + (config.gelf().enabled() ? config.http().instances() + 1 : 0);
    int sockets =
        (config.syslog().enabled() ? config.syslog().maxConnections() : 0)
            + (config.gelf().enabled() ? config.gelf().maxConnections() : 0);
    return 128 + sockets + 2 * config.postgres().poolSize() + 8 * verticles;
  }

  Database database() {
    return database;
  }

  KeyStore keyStore() {
    return keyStore;
  }

  /** The port that is served, which is not the configured one if that is 0. */
  int httpPort() {
    return httpPort.get();
  }

  Future<Void> deploy() {
    String consumerPrefix = consumerPrefix();
    AtomicInteger consumers = new AtomicInteger();
    Stamper stamper = new Stamper(clock, random);
    WatchVerticle watch = watch();
    return deploy(1, () -> watch)
        .compose(done -> deployOwnLogs(stamper))
        .compose(
            done ->
                deploy(
                    config.persistence().instances(), () -> new PersistenceVerticle(persistence())))
        .compose(done -> deployAlerts(watch))
        .compose(
            done ->
                deploy(
                    config.consumer().instances(),
                    () ->
                        new StreamConsumerVerticle(
                            consumer(consumerPrefix + consumers.getAndIncrement()))))
        .compose(done -> deploy(config.http().instances(), () -> new HttpVerticle(http(stamper))))
        .compose(done -> deployListeners(stamper))
        .onSuccess(done -> tls.ifPresent(files -> files.watch(Certificates.POLL_MS)));
  }

  /** Where the rest of what is done now and then is done. */
  private Future<Void> deployAlerts(WatchVerticle watch) {
    AlertOptions options =
        new AlertOptions(
            database,
            config.alerts().delayMs(),
            config.alerts().timeoutMs(),
            config.alerts().giveUpHours(),
            new CallableHosts(config.alerts().allowedHosts()),
            config.alerts().publicUrl(),
            watch::oldestWaitingMs,
            metrics,
            clock);
    return deploy(Math.min(1, config.persistence().instances()), () -> new AlertVerticle(options));
  }

  private Future<Void> deployListeners(Stamper stamper) {
    Future<Void> deployedSyslog = Future.succeededFuture();
    int maxRecordBytes = config.http().maxRecordBytes();
    if (config.syslog().enabled()) {
      Listening syslog = Listening.syslog(config.syslog(), maxRecordBytes, stamper, metrics);
      deployedSyslog = deployListener(syslog, stamper);
    }
    if (!config.gelf().enabled()) {
      return deployedSyslog;
    }
    Listening gelf = Listening.gelf(config.gelf(), maxRecordBytes, metrics);
    return deployedSyslog.compose(done -> deployListener(gelf, stamper));
  }

  private Future<Void> deployListener(Listening listening, Stamper stamper) {
    ListenOptions options = listener(stamper);
    return deploy(listeners(), () -> new ListenVerticle(listening, options));
  }

  /** As many as there are for HTTP, but one at least. */
  private int listeners() {
    return Math.max(1, config.http().instances());
  }

  private ListenOptions listener(Stamper stamper) {
    long share = Runtime.getRuntime().maxMemory() / 16 / listeners();
    return new ListenOptions(
        redis,
        names,
        stamper,
        window,
        rules,
        tls,
        new StreamRoom.Limits(
            backends.diskIsLow(), config.stream().maxPendingRecords(), maxDeadLetters()),
        config.stream().maxRecordsPerEntry(),
        config.postgres().writeTimeoutMs() + 1000,
        Math.max(MIN_LISTENER_BYTES, share),
        config.shutdown().timeoutMs() / 2);
  }

  /** Of those on the stream, the mirror's are no longer waiting. */
  private long maxDeadLetters() {
    return config.dlq().maxRecords() + config.dlq().mirrorRecords();
  }

  /** First, so that the lines of all others are stored, also those of their end. */
  private Future<Void> deployOwnLogs(Stamper stamper) {
    OwnLogs logs = telemetry.ownLogs();
    if (logs == null) {
      return Future.succeededFuture();
    }
    OwnLogsVerticle.Options options =
        new OwnLogsVerticle.Options(
            redis,
            names,
            stamper,
            rules::apply,
            config.stream().maxRecordsPerEntry(),
            config.postgres().writeTimeoutMs() + 1000);
    return deploy(1, () -> new OwnLogsVerticle(logs, options));
  }

  private Future<Void> deploy(int instances, Supplier<? extends Deployable> role) {
    if (instances == 0) {
      return Future.succeededFuture();
    }
    return vertx
        .deployVerticle(role, new DeploymentOptions().setInstances(instances))
        .onSuccess(deployed::push)
        .mapEmpty();
  }

  /**
   * Alone on its Redis, a process takes up at once what it had before it died; among others its
   * name must be new, and what it leaves is claimed.
   */
  private String consumerPrefix() {
    return backends.redisIsOurs()
        ? "local-"
        : "%08x-%d-".formatted(random.nextInt(), ProcessHandle.current().pid());
  }

  private WatchVerticle watch() {
    return new WatchVerticle(config, database, redis, names, metrics, backends.probe(), clock);
  }

  private PersistenceOptions persistence() {
    return new PersistenceOptions(
        database,
        config.persistence().pipelining(),
        window,
        rules,
        config.storage().indexedFields(),
        config.dlq().maxRecords(),
        config.dlq().maxBytes(),
        RetentionLimits.of(config.retention().maxAgeDays(), config.retention().maxBytes()),
        SealingTimes.of(config.storage().sealAfterHours(), config.postgres().queryTimeoutMs()),
        metrics,
        clock);
  }

  private StreamConsumerOptions consumer(String name) {
    int writers = config.persistence().instances() * config.persistence().pipelining();
    int inFlight = Math.max(1, writers / config.consumer().instances());
    return new StreamConsumerOptions(
        redis,
        names,
        name,
        window,
        rules,
        config.consumer().batchRecords(),
        config.consumer().blockMs(),
        config.consumer().claimIdleMs(),
        config.consumer().maxDeliveries(),
        inFlight,
        config.postgres().writeTimeoutMs() + 1000,
        config.dlq().mirrorRecords(),
        config.dedupe().repeatWindowMs(),
        metrics,
        telemetry.traces());
  }

  private HttpOptions http(Stamper stamper) {
    return new HttpOptions(
        config.http(),
        tls,
        config.stream(),
        redis,
        names,
        database,
        keys == null ? Authenticator.OPEN : keys,
        keyStore,
        stamper,
        window,
        rules,
        metrics,
        largeReplies,
        tails,
        connections,
        rates,
        maxDeadLetters(),
        config.dedupe().repeatWindowMs(),
        new AlertSettings(
            config.alerts().delayMs(), new CallableHosts(config.alerts().allowedHosts())),
        backends.diskIsLow(),
        backends.probe(),
        clock,
        httpPort::set,
        config.shutdown().timeoutMs() / 2);
  }

  /**
   * Stops the roles, the one that takes things in first, each once what it had under way is done.
   */
  Future<Void> stop() {
    Future<Void> chain = Future.succeededFuture();
    for (String id : deployed) {
      chain = chain.eventually(() -> vertx.undeploy(id));
    }
    return chain
        .eventually(buckets::close)
        .eventually(() -> keys == null ? Future.succeededFuture() : keys.close())
        .eventually(database::close);
  }
}
