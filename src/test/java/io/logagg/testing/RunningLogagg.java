package io.logagg.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The fat jar as a process of its own, as an operator runs it, and an HTTP client for it. */
public final class RunningLogagg implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final String base;
  private final Path folder;
  private boolean removesFolder;

  private RunningLogagg(Process process, String base, Path folder) {
    this.process = process;
    this.base = base;
    this.folder = folder;
  }

  /** Starts it on emptied servers, in a folder of its own that is gone once it is closed. */
  public static RunningLogagg fresh() {
    return fresh(TestServers.reset(), Map.of());
  }

  /**
   * The same on servers that were emptied already.
   *
   * @param more environment beside their addresses
   */
  public static RunningLogagg fresh(TestServers servers, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("DATABASE_URL", servers.postgresUrl());
    environment.put("REDIS_URL", servers.redisUrl());
    try {
      RunningLogagg running = start(Files.createTempDirectory("logagg-fresh"), environment);
      running.removesFolder = true;
      running.awaitPostgres();
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ready line waits for PostgreSQL only so long. */
  private void awaitPostgres() {
    try {
      Eventually.value(
          "PostgreSQL, by what is said of it",
          this::stderr,
          err -> err.contains("PostgreSQL is there") || !process.isAlive());
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  /** Ready is said without Redis, too; then what is ingested goes straight to PostgreSQL. */
  public RunningLogagg awaitRedis() {
    Eventually.value(
        "Redis",
        () -> Api.parse(get("/health").body()),
        health -> health.at("/checks/redis/status").asText().equals("up"));
    return this;
  }

  /** The jar under test. */
  public static String jar() {
    String jar = System.getProperty("logagg.jar");
    if (jar == null) {
      throw new IllegalStateException("run by the failsafe plugin, which sets logagg.jar");
    }
    return jar;
  }

  /**
   * Starts it in the folder and waits for its ready line.
   *
   * @param environment set for the process, beyond an HTTP port of its own
   */
  public static RunningLogagg start(Path folder, Map<String, String> environment, String... args) {
    return start(folder, environment, ClassArchive.options(), args);
  }

  static RunningLogagg start(
      Path folder, Map<String, String> environment, List<String> jvmArgs, String... args) {
    int port = FreePorts.next();
    Process process = launch(folder, port, environment, jvmArgs, args);
    RunningLogagg running = new RunningLogagg(process, "http://127.0.0.1:" + port, folder);
    Eventually.value(
        "the ready line",
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError(
                "it ended with " + process.exitValue() + ": " + running.stderr());
          }
          return running.stdout();
        },
        out -> out.contains("logagg ready:"));
    return running;
  }

  /**
   * Starts it without waiting; its output goes to {@code out.log} and {@code err.log} in the
   * folder.
   */
  public static Process launch(
      Path folder, int port, Map<String, String> environment, String... args) {
    return launch(folder, port, environment, ClassArchive.options(), args);
  }

  private static Process launch(
      Path folder,
      int port,
      Map<String, String> environment,
      List<String> jvmArgs,
      String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    // What runs for seconds is not worth the second compiler, which would take half of the machine.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(jvmArgs);
    command.addAll(List.of("-jar", jar()));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out.log").toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("err.log").toFile()));
    builder.environment().put("LOGAGG_HTTP_PORT", Integer.toString(port));
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How a run ended.
   *
   * @param status its exit status
   */
  public record Ended(int status, String stdout, String stderr) {}

  /** Runs it in the folder, which must not be that of another, until it ends by itself. */
  public static Ended run(Path folder, Map<String, String> environment, String... args) {
    Process process = launch(folder, FreePorts.next(), environment, args);
    RunningLogagg running = new RunningLogagg(process, "", folder);
    try {
      int status = running.awaitExit();
      return new Ended(status, running.stdout(), running.stderr());
    } finally {
      process.destroyForcibly();
    }
  }

  public String base() {
    return base;
  }

  public Process process() {
    return process;
  }

  public String stdout() {
    return read("out.log");
  }

  public String stderr() {
    return read("err.log");
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  public HttpResponse<String> post(
      String path, String contentType, String body, String... headers) {
    return send(
        request(path, headers)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body)));
  }

  public HttpResponse<String> delete(String path) {
    return send(request(path).DELETE());
  }

  /** A request for this server, which it has 30 seconds to answer. */
  public HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return builder;
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    return send(request, BodyHandlers.ofString());
  }

  /** Sends it; the body comes as it is read. */
  public HttpResponse<InputStream> stream(HttpRequest.Builder request) {
    return send(request, BodyHandlers.ofInputStream());
  }

  /** Sends it, and reads the body so. */
  public static <T> HttpResponse<T> send(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return CLIENT.send(request.build(), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM, and its exit status. */
  public int stop() {
    process.destroy();
    return awaitExit();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  private int awaitExit() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("still running after 30 s");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
    if (removesFolder) {
      TemporaryFolders.delete(folder);
    }
  }
}
