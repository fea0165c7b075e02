package io.logagg;

import io.logagg.bus.Bus;
import io.logagg.config.Config;
import io.logagg.config.ConfigException;
import io.logagg.config.ConfigLoader;
import io.logagg.config.LoadedConfig;
import io.logagg.embedded.EmbeddedException;
import io.logagg.postgres.SchemaException;
import io.logagg.protocol.RecordRules;
import io.logagg.telemetry.Metrics;
import io.logagg.telemetry.trace.Traces;
import io.logagg.tls.BadCertificateException;
import io.logagg.tls.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.spi.VertxTracerFactory;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Reads the configuration, starts the servers and roles, and stops them in order. */
final class Start {
  /** How long the ready line waits for a PostgreSQL that may be away. */
  private static final long SCHEMA_WAIT_MS = 5000;

  private static final long DISK_CHECK_MS = 2000;

  private Start() {}

  /**
   * Returns once all is started; the roles' threads keep the program alive.
   *
   * @param conf a file, JSON written out, or null
   * @return the exit status of a start that failed, else 0
   */
  static int run(@Nullable String conf) throws InterruptedException {
    // Before any class of Vert.x is loaded.
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    Logger log = LoggerFactory.getLogger(Main.class);
    Metrics metrics = new Metrics();
    Vertx first = vertx(metrics, Traces.OFF);
    metrics.showRuntime(ProcessName.version());
    try {
      LoadedConfig loaded = await(new ConfigLoader(first, System.getenv()).load(conf));
      Config config = loaded.config();
      Telemetry telemetry = Telemetry.start(config, System.getenv(), metrics);
      loaded.warnings().forEach(log::warn);
      StartChecks.refuseWhatIsNotThere(config);
      RecordRules rules = ConfiguredRules.of(config, metrics);
      InstantSource clock = InstantSource.system();
      Vertx vertx = telemetry.traces().isOn() ? traced(first, metrics, telemetry.traces()) : first;
      Optional<Certificates> tls =
          config.http().instances() == 0 && config.syslog().tlsPort() == 0
              ? Optional.empty()
              : Certificates.open(vertx, config.http().tls(), clock, metrics);
      StartChecks.checkPorts(config);
      KeyNotes.warnOfStrangers(config);
      Shutdown shutdown = new Shutdown(vertx, config.shutdown().timeoutMs(), telemetry.traces());
      Runtime.getRuntime().addShutdownHook(new Thread(shutdown, "shutdown"));
      Backends backends = Backends.start(config, shutdown::closeLast);
      Roles roles =
          new Roles(
              vertx, config, backends, tls, telemetry, rules, metrics, clock, new SecureRandom());
      start(vertx, config, backends, roles, shutdown, log);
      return 0;
    } catch (ConfigException
        | BadCertificateException
        | EmbeddedException
        | StartException
        | SchemaException e) {
      // The shutdown hook stops what was started.
      System.err.println("logagg: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
  }

  /** Only a new one can be traced. */
  private static Vertx traced(Vertx first, Metrics metrics, Traces traces)
      throws InterruptedException {
    await(first.close());
    return vertx(metrics, traces);
  }

  private static Vertx vertx(Metrics metrics, Traces traces) {
    VertxOptions options =
        new VertxOptions()
            .setMetricsOptions(Metrics.vertxOptions())
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false));
    VertxBuilder builder = Vertx.builder().with(options).withMetrics(metrics.vertxFactory());
    VertxTracerFactory tracing = traces.vertxFactory();
    Vertx vertx = tracing == null ? builder.build() : builder.withTracer(tracing).build();
    Bus.register(vertx);
    return vertx;
  }

  private static void start(
      Vertx vertx, Config config, Backends backends, Roles roles, Shutdown shutdown, Logger log)
      throws InterruptedException {
    shutdown.stopFirst(roles);
    if (backends.hasDisk()) {
      backends.checkDisk();
      vertx.setPeriodic(
          DISK_CHECK_MS,
          id ->
              vertx
                  .executeBlocking(
                      () -> {
                        backends.checkDisk();
                        return null;
                      })
                  .onFailure(e -> log.error("looking at the disk failed", e)));
    }
    try {
      await(roles.deploy());
    } catch (RuntimeException e) {
      throw new StartException(
          "cannot start: " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
    }
    KeyNotes.give(config, roles.database(), roles.keyStore());
    String postgres = awaitSchema(roles) ? "" : " (PostgreSQL is away, trying on)";
    System.out.println(
        "logagg ready: "
            + address(config, roles.httpPort())
            + " "
            + backends.describe()
            + postgres);
  }

  private static String address(Config config, int port) {
    if (config.http().instances() == 0) {
      return "worker, no HTTP,";
    }
    String host = config.http().host();
    return "%s://%s:%d"
        .formatted(
            config.http().tls().enabled() ? "https" : "http",
            host.indexOf(':') >= 0 ? "[" + host + "]" : host,
            port);
  }

  /** Whether the schema was up to date in time; if PostgreSQL is away, it will be later. */
  private static boolean awaitSchema(Roles roles) throws InterruptedException {
    try {
      roles
          .database()
          .ready()
          .toCompletionStage()
          .toCompletableFuture()
          .get(SCHEMA_WAIT_MS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw rethrown(e);
    }
  }

  private static <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw rethrown(e);
    }
  }

  private static RuntimeException rethrown(ExecutionException e) {
    return e.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException(e.getCause());
  }
}
