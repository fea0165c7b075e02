package io.logagg;

import io.logagg.config.BackendUrl;
import io.logagg.config.Config;
import io.logagg.embedded.DiskSpace;
import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.logagg.embedded.ServerStatus;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where PostgreSQL and Redis are: as configured, or started by this process for want of a URL. */
final class Backends {
  private final String postgresUrl;
  private final String redisUrl;
  private final boolean redisIsEmbedded;
  private final @Nullable EmbeddedServers servers;
  private final @Nullable DiskSpace disk;
  private volatile boolean diskIsLow;
  private volatile long diskFreeBytes;

  private Backends(Config config, @Nullable EmbeddedServers servers) {
    this.servers = servers;
    this.disk =
        servers == null
            ? null
            : DiskSpace.of(Path.of(config.embedded().dataDir()), config.embedded().minFreeBytes());
    this.redisIsEmbedded = config.redis().isEmbedded();
    this.postgresUrl =
        url(config.postgres().url(), servers == null ? Optional.empty() : servers.postgresUrl());
    this.redisUrl =
        url(config.redis().url(), servers == null ? Optional.empty() : servers.redisUrl());
  }

  private static String url(@Nullable String configured, Optional<String> embedded) {
    return configured != null ? configured : embedded.orElseThrow();
  }

  /**
   * Starts what is not configured. Blocks; takes seconds the first time.
   *
   * @param beforeStart is given what must be closed, even if starting it is cut short
   * @throws io.logagg.embedded.EmbeddedException with a line for people, if it cannot be started
   */
  static Backends start(Config config, Consumer<AutoCloseable> beforeStart)
      throws InterruptedException {
    boolean postgres = config.postgres().isEmbedded();
    boolean redis = config.redis().isEmbedded();
    if (!postgres && !redis) {
      return new Backends(config, null);
    }
    EmbeddedServers servers =
        new EmbeddedServers(
            new EmbeddedOptions(
                Path.of(config.embedded().dataDir()),
                postgres,
                redis,
                config.embedded().postgresPort(),
                config.embedded().redisPort()));
    beforeStart.accept(servers);
    servers.start();
    return new Backends(config, servers);
  }

  String postgresUrl() {
    return postgresUrl;
  }

  String redisUrl() {
    return redisUrl;
  }

  /** Whether no other process can be on the same Redis. */
  boolean redisIsOurs() {
    return redisIsEmbedded;
  }

  /** Both, for people. */
  String describe() {
    return "postgres=%s redis=%s"
        .formatted(BackendUrl.redactedUrl(postgresUrl), BackendUrl.redactedUrl(redisUrl));
  }

  /** Looks at the disk; blocks for a moment. */
  void checkDisk() {
    DiskSpace space = disk;
    if (space != null) {
      DiskSpace.Reading reading = space.read();
      diskIsLow = reading.low();
      diskFreeBytes = reading.freeBytes();
    }
  }

  /** Shows how full the disk is, where that matters. */
  void show(long minFreeBytes, Metrics metrics) {
    if (disk != null) {
      metrics.gauge(
          "logagg.disk.free.bytes",
          "Free for the embedded servers; -1 if it cannot be told",
          () -> diskFreeBytes);
      metrics.gauge(
          "logagg.disk.limit.free.bytes", "The setting embedded.minFreeBytes", () -> minFreeBytes);
      metrics.gauge(
          "logagg.disk.low", "Whether too little is free to take records", () -> diskIsLow ? 1 : 0);
    }
  }

  boolean hasDisk() {
    return disk != null;
  }

  BooleanSupplier diskIsLow() {
    return () -> diskIsLow;
  }

  /** Tells whether the embedded servers are well; empty where there are none. */
  Optional<Supplier<Future<Void>>> probe() {
    EmbeddedServers embedded = servers;
    return embedded == null ? Optional.empty() : Optional.of(() -> probe(embedded));
  }

  private Future<Void> probe(EmbeddedServers embedded) {
    if (diskIsLow) {
      return Future.failedFuture("the disk under the data folder is nearly full");
    }
    List<ServerStatus> down = embedded.statuses().stream().filter(status -> !status.up()).toList();
    return down.isEmpty()
        ? Future.succeededFuture()
        : Future.failedFuture(
            down.stream()
                .map(status -> status.name() + ": " + status.detail())
                .collect(Collectors.joining("; ")));
  }
}
