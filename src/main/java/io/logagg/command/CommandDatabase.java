package io.logagg.command;

import io.logagg.config.Config;
import io.logagg.config.ConfigException;
import io.logagg.embedded.EmbeddedException;
import io.logagg.embedded.RunningPostgres;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.postgres.SchemaException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The database that a command works on: that of the configuration, its schema brought up to date as
 * a server would. Used by the thread of the command alone.
 */
public final class CommandDatabase {
  private static final long WAIT_MS = 5000;
  private static final long BUSY_MS = 60_000;
  private static final long POLL_MS = 200;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = {NamedConfig.OPTION, "--conf"},
      paramLabel = "FILE",
      description = "Configuration of the server: a JSON file, or a JSON object written out.")
  private @Nullable String conf;

  /** What a command does; its answer is the exit status. */
  public interface Work {
    /** Runs on the thread of the command, which may wait. */
    int run(Database database, RandomGenerator random) throws InterruptedException;
  }

  /**
   * Does it. What keeps it from being done is said in one line, and answered with the status for
   * wrong usage: a configuration that is no good, PostgreSQL away, a {@link CommandException}.
   */
  public int use(Work work) throws InterruptedException {
    Vertx vertx = NamedConfig.vertx();
    try {
      Config config = await(NamedConfig.load(vertx, conf, command)).config();
      SecureRandom random = new SecureRandom();
      Database database =
          Database.open(
              vertx,
              new PostgresSettings(
                  url(config),
                  1,
                  config.postgres().queryTimeoutMs(),
                  config.postgres().writeTimeoutMs(),
                  random));
      awaitSchema(database);
      return work.run(database, random);
    } catch (ConfigException | EmbeddedException | SchemaException | CommandException e) {
      System.err.println("logagg: " + e.getMessage());
      return ExitCode.USAGE;
    } finally {
      close(vertx);
    }
  }

  private static String url(Config config) {
    String url = config.postgres().url();
    return url == null ? RunningPostgres.url(Path.of(config.embedded().dataDir())) : url;
  }

  /** One that is busy is waited for longer than one that is not there. */
  private static void awaitSchema(Database database) throws InterruptedException {
    CompletableFuture<Void> ready = database.ready().toCompletionStage().toCompletableFuture();
    for (long waitedMs = 0; ; waitedMs += POLL_MS) {
      try {
        ready.get(POLL_MS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        String problem = database.problem();
        if (waitedMs >= BUSY_MS || (problem != null && waitedMs >= WAIT_MS)) {
          throw new CommandException(
              "PostgreSQL is away: " + (problem == null ? "it does not answer" : problem));
        }
      } catch (ExecutionException e) {
        throw said(e);
      }
    }
  }

  /** Waits for it; a failure is thrown as one that {@link #use} tells. */
  public static <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw said(e);
    }
  }

  private static RuntimeException said(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause instanceof ConfigException
            || cause instanceof SchemaException
            || cause instanceof CommandException
        ? (RuntimeException) cause
        : new CommandException(String.valueOf(cause == null ? e.getMessage() : cause.getMessage()));
  }

  private static void close(Vertx vertx) throws InterruptedException {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      System.err.println("logagg: closing the connections failed: " + e.getMessage());
    }
  }
}
