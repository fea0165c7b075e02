package io.logagg.testing;

import io.logagg.embedded.EmbeddedOptions;
import io.logagg.embedded.EmbeddedServers;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Redis of the test's own, to be stopped, paused and spoilt at will. It keeps its data. */
public final class RedisProcess implements AutoCloseable {
  private static final String PASSWORD = "redis-secret-4711";

  private final Path folder;
  private final Path executable;
  private final int port = FreePorts.next();
  private final Vertx vertx = Vertx.vertx();
  private @Nullable Process process;

  private RedisProcess(Path folder, Path executable) {
    this.folder = folder;
    this.executable = executable;
  }

  /** One that does not run yet. */
  public static RedisProcess in(Path folder) {
    return new RedisProcess(folder, executable(folder.resolve("programs")));
  }

  /** That of the embedded servers, which unpack it when they start. */
  private static Path executable(Path unpacked) {
    try (EmbeddedServers servers =
        new EmbeddedServers(new EmbeddedOptions(unpacked, false, true, 0, 0))) {
      servers.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    try (Stream<Path> files = Files.walk(unpacked)) {
      return files.filter(file -> file.endsWith("redis-server")).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "redis://:%s@127.0.0.1:%d/0".formatted(PASSWORD, port);
  }

  public static String password() {
    return PASSWORD;
  }

  /** Starts it and waits until it answers. */
  public void start() {
    launch(List.of());
    Eventually.value("Redis", this::answers, up -> up);
  }

  /** Starts it, and has it take so long over each command of its append-only file. */
  public void startLoading(long microsPerCommand) {
    launch(List.of("--key-load-delay", Long.toString(microsPerCommand)));
  }

  private void launch(List<String> more) {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            executable.toString(),
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--requirepass",
            PASSWORD,
            "--dir",
            folder.toString(),
            "--appendonly",
            "yes",
            "--appendfsync",
            "always"));
    command.addAll(more);
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("redis.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    try {
      return "PONG".equals(String.valueOf(call("PING")));
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** SIGKILL. */
  public void kill() {
    Process running = running();
    running.destroyForcibly();
    try {
      if (!running.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("Redis does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGSTOP: connections stand, nothing is answered. */
  public void pause() {
    signal("-STOP");
  }

  public void resume() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      int status =
          new ProcessBuilder("kill", name, Long.toString(running().pid())).start().waitFor();
      if (status != 0) {
        throw new AssertionError("kill ended with " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Process running() {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException("Redis does not run");
    }
    return process;
  }

  /** What it answers to a command. */
  public @Nullable Response call(String command, String... args) {
    return call(vertx, url(), command, args);
  }

  /** Runs a script for as long as the action takes: BUSY to all others. */
  public void whileBusy(Runnable action) {
    Redis client = Redis.createClient(vertx, url());
    // Once the script runs, a connection cannot even choose its database.
    RedisConnection killer = TestServers.await(client.connect());
    CompletableFuture<Boolean> script =
        CompletableFuture.supplyAsync(() -> succeeds(() -> call("EVAL", "while true do end", "0")));
    try {
      action.run();
    } finally {
      Request kill = Request.cmd(Command.SCRIPT).arg("KILL");
      // Before the script has run for a while, there is nothing to kill.
      Eventually.value(
          "the script's end",
          () -> script.isDone() || succeeds(() -> TestServers.await(killer.send(kill))),
          done -> done);
      script.join();
      TestServers.await(client.close());
    }
  }

  /** What Redis refuses comes as an exception. */
  private static boolean succeeds(Runnable command) {
    try {
      command.run();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** The same by another URL, such as one with another password. */
  public @Nullable Response callAt(String url, String command, String... args) {
    return call(vertx, url, command, args);
  }

  /** What the Redis at that URL answers to a command. */
  public static @Nullable Response call(Vertx vertx, String url, String command, String... args) {
    Redis client = Redis.createClient(vertx, url);
    Request request = Request.cmd(Command.create(command));
    for (String arg : args) {
      request.arg(arg);
    }
    return TestServers.await(client.send(request).eventually(client::close));
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      kill();
    }
    TestServers.await(vertx.close());
  }
}
