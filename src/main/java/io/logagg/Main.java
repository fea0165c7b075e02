package io.logagg;

import io.logagg.bus.Bus;
import io.logagg.config.Config;
import io.logagg.config.ConfigException;
import io.logagg.config.ConfigLoader;
import io.logagg.config.LoadedConfig;
import io.logagg.embedded.EmbeddedException;
import io.logagg.postgres.SchemaException;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/**
 * The command line: reads the configuration, starts the servers and roles, and stops them in order.
 */
@Command(
    name = "java -jar logagg-fat.jar",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description =
        "A log aggregator on Redis Streams and PostgreSQL. Without options it brings both along.")
public final class Main implements Callable<Integer> {
  /** How long the ready line waits for a PostgreSQL that may be away. */
  private static final long SCHEMA_WAIT_MS = 5000;

  private static final long DISK_CHECK_MS = 2000;

  @Option(
      names = {"-conf", "--conf"},
      paramLabel = "FILE",
      description = "Configuration: a JSON file, or a JSON object written out.")
  private @Nullable String conf;

  private @Nullable Logger log;

  /** Tells the version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"logagg " + (version == null ? "(not from a jar)" : version)};
    }
  }

  public static void main(String[] args) {
    // Before any class of Vert.x is loaded.
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    int status = new CommandLine(new Main()).execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Returns once all is started; the roles' threads keep the program alive. */
  @Override
  public Integer call() throws InterruptedException {
    Logger logger = LoggerFactory.getLogger(Main.class);
    log = logger;
    Metrics metrics = new Metrics();
    Vertx vertx = vertx(metrics);
    Backends backends = null;
    try {
      LoadedConfig loaded = await(new ConfigLoader(vertx, System.getenv()).load(conf));
      loaded.warnings().forEach(logger::warn);
      Config config = loaded.config();
      checkPort(config);
      backends = Backends.start(config);
      start(vertx, config, backends, metrics);
      return 0;
    } catch (ConfigException | EmbeddedException | StartException | SchemaException e) {
      System.err.println("logagg: " + e.getMessage());
      if (backends != null) {
        backends.close();
      }
      return CommandLine.ExitCode.USAGE;
    }
  }

  private static Vertx vertx(Metrics metrics) {
    VertxOptions options =
        new VertxOptions()
            .setMetricsOptions(Metrics.vertxOptions())
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false));
    Vertx vertx = Vertx.builder().with(options).withMetrics(metrics.vertxFactory()).build();
    Bus.register(vertx);
    return vertx;
  }

  /** A start that cannot succeed, in words for people. */
  private static final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private void start(Vertx vertx, Config config, Backends backends, Metrics metrics)
      throws InterruptedException {
    RandomGenerator random = new java.security.SecureRandom();
    Roles roles = new Roles(vertx, config, backends, metrics, InstantSource.system(), random);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(vertx, roles, backends, config), "shutdown"));
    if (backends.hasDisk()) {
      backends.checkDisk();
      vertx.setPeriodic(
          DISK_CHECK_MS,
          id ->
              vertx.executeBlocking(
                  () -> {
                    backends.checkDisk();
                    return null;
                  }));
    }
    try {
      await(roles.deploy());
    } catch (RuntimeException e) {
      throw new StartException(describe(config, e), e);
    }
    String postgres = awaitSchema(roles) ? "" : " (PostgreSQL is away, trying on)";
    System.out.println("logagg ready: " + address(config) + " " + backends.describe() + postgres);
  }

  /** Finds a port in use before anything is started that would have to be stopped again. */
  private static void checkPort(Config config) {
    if (config.http().instances() == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(config.http().host(), config.http().port()));
    } catch (BindException e) {
      throw new StartException(describe(config, e), e);
    } catch (IOException e) {
      throw new StartException(
          "cannot serve http.host " + config.http().host() + ": " + e.getMessage(), e);
    }
  }

  private static String describe(Config config, Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    if (cause instanceof BindException) {
      return "http.port %d on %s cannot be served: %s; stop the program that has it, or set http.port (LOGAGG_HTTP_PORT)"
          .formatted(config.http().port(), config.http().host(), cause.getMessage());
    }
    return "cannot start: " + cause.getMessage();
  }

  private static String address(Config config) {
    if (config.http().instances() == 0) {
      return "worker, no HTTP,";
    }
    String host = config.http().host();
    return "%s://%s:%d"
        .formatted(
            config.http().tls().enabled() ? "https" : "http",
            host.indexOf(':') >= 0 ? "[" + host + "]" : host,
            config.http().port());
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

  private void stop(Vertx vertx, Roles roles, Backends backends, Config config) {
    long limitMs = config.shutdown().timeoutMs();
    try {
      roles
          .stop()
          .eventually(vertx::close)
          .toCompletionStage()
          .toCompletableFuture()
          .get(limitMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      warn("stopping took longer than shutdown.timeoutMs=" + limitMs + "; what was queued is kept");
    } catch (ExecutionException e) {
      warn("stopping: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      backends.close();
    }
  }

  private void warn(String message) {
    if (log != null) {
      log.warn(message);
    }
  }
}
