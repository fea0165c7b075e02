package io.logagg.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Stands before a server, and does to its requests what it is told to, one after the other. */
public final class FaultyFront implements AutoCloseable {
  private static final Set<String> HOPS =
      Set.of(
          "connection", "content-length", "host", "upgrade", "transfer-encoding", "http2-settings");

  private static final Set<String> RELAYED = Set.of("content-type", "content-encoding");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer front;
  private final @Nullable Death death;
  private final Predicate<String> paths;
  private final Deque<Fault> faults;
  private final Collection<String> seen = new ConcurrentLinkedDeque<>();
  private volatile RunningLogagg server;

  /** What becomes of a request. */
  public enum Fault {
    /** 429, to be tried again at once. */
    TOO_MANY,
    /** 503, the same. */
    UNAVAILABLE,
    /** The connection ends without an answer, and the server never sees the request. */
    CLOSED,
    /** The server deals with it, but its answer is lost. */
    ANSWER_LOST,
    /** The server deals with it, but the answer is 504. */
    TIMED_OUT,
    /** The server dies while it deals with it. */
    DEATH_UNDER_WAY,
    /** The server has dealt with it, and dies before its answer is passed on. */
    DEATH_BEFORE_ANSWER
  }

  /** A server's end, at the moment when each of some fronts has one request for it. */
  public static final class Death {
    private static final long LIMIT_SECONDS = 60;

    private final CyclicBarrier gathering;
    private final CyclicBarrier end;

    /**
     * For one death.
     *
     * @param fronts how many of them there are
     */
    public Death(RunningLogagg server, int fronts) {
      gathering = new CyclicBarrier(fronts);
      end = new CyclicBarrier(fronts, server::kill);
    }

    private static void await(CyclicBarrier others) {
      try {
        others.await(LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("not all fronts have a request", e);
      }
    }
  }

  private FaultyFront(
      RunningLogagg server, @Nullable Death death, Predicate<String> paths, List<Fault> faults) {
    this.server = server;
    this.death = death;
    this.paths = paths;
    this.faults = new ConcurrentLinkedDeque<>(new ArrayDeque<>(faults));
    try {
      front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    front.createContext("/", this::take);
    front.setExecutor(threads);
    front.start();
  }

  /** Once these have happened, all requests pass. */
  public static FaultyFront of(RunningLogagg server, Fault... faults) {
    return at(server, path -> true, faults);
  }

  /** The same where they happen to requests for some paths only. */
  public static FaultyFront at(RunningLogagg server, Predicate<String> paths, Fault... faults) {
    return new FaultyFront(server, null, paths, List.of(faults));
  }

  /** The same where the faults may be a death that it dies. */
  public static FaultyFront dying(
      RunningLogagg server, Death death, Predicate<String> paths, Fault... faults) {
    return new FaultyFront(server, death, paths, List.of(faults));
  }

  /** From now on it stands before this one. */
  public void moveTo(RunningLogagg other) {
    server = other;
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public int port() {
    return front.getAddress().getPort();
  }

  /** What was done to each request for these paths so far: a fault, or the server's status. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  public boolean isUsedUp() {
    return faults.isEmpty();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean counts = paths.test(exchange.getRequestURI().getPath());
      Fault fault = counts ? faults.poll() : null;
      if (fault != null) {
        seen.add(fault.name());
        happen(fault, exchange, body);
        return;
      }
      HttpResponse<byte[]> answer = pass(exchange, body);
      if (counts) {
        seen.add(Integer.toString(answer.statusCode()));
      }
      answer(exchange, answer);
    } catch (UncheckedIOException e) {
      seen.add(e.getCause().toString()); // The server has broken off; so do we.
    }
  }

  private void happen(Fault fault, HttpExchange exchange, byte[] body) throws IOException {
    switch (fault) {
      case TOO_MANY -> refuse(exchange, 429);
      case UNAVAILABLE -> refuse(exchange, 503);
      case CLOSED -> {}
      case ANSWER_LOST -> pass(exchange, body);
      case TIMED_OUT -> {
        pass(exchange, body);
        refuse(exchange, 504);
      }
      case DEATH_UNDER_WAY -> {
        Death.await(death().gathering);
        CompletableFuture<?> passing =
            CompletableFuture.runAsync(() -> pass(exchange, body), threads);
        Death.await(death().end);
        passing.handle((done, broken) -> seen.add(broken == null ? "in time" : "too late")).join();
      }
      case DEATH_BEFORE_ANSWER -> {
        seen.add(Integer.toString(pass(exchange, body).statusCode()));
        Death.await(death().end);
      }
    }
  }

  private Death death() {
    return Objects.requireNonNull(death, "a front that is not told how its server dies");
  }

  private static void refuse(HttpExchange exchange, int status) throws IOException {
    exchange.getResponseHeaders().set("Retry-After", "0");
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("X-Elastic-Product", "Elasticsearch");
    byte[] body =
        "{\"error\":{\"type\":\"t\",\"reason\":\"r\"},\"status\":%d}"
            .formatted(status)
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private HttpResponse<byte[]> pass(HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request =
        server
            .request(exchange.getRequestURI().toString())
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!HOPS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    if (!exchange.getRequestHeaders().containsKey("User-Agent")) {
      request.header("User-Agent", ""); // Else it would be that of the client here.
    }
    return RunningLogagg.send(request, BodyHandlers.ofByteArray());
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer)
      throws IOException {
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (lower.startsWith("x-") || RELAYED.contains(lower)) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    exchange.sendResponseHeaders(
        answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
    exchange.getResponseBody().write(answer.body());
  }

  @Override
  public void close() {
    front.stop(0);
    threads.shutdownNow();
  }
}
