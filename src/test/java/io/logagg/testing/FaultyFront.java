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
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands before a server, and does to its requests what it is told to, one after the other. */
public final class FaultyFront implements AutoCloseable {
  private static final Set<String> HOPS =
      Set.of(
          "connection", "content-length", "host", "upgrade", "transfer-encoding", "http2-settings");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer front;
  private final RunningLogagg server;
  private final Deque<Fault> faults;
  private final Collection<String> seen = new ConcurrentLinkedDeque<>();

  /** What becomes of a request. */
  public enum Fault {
    /** 429, to be tried again at once. */
    TOO_MANY,
    /** 503, the same. */
    UNAVAILABLE,
    /** The connection ends without an answer, and the server never sees the request. */
    CLOSED,
    /** The server deals with it, but its answer is lost. */
    ANSWER_LOST
  }

  private FaultyFront(RunningLogagg server, List<Fault> faults) {
    this.server = server;
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
    return new FaultyFront(server, List.of(faults));
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public int port() {
    return front.getAddress().getPort();
  }

  /** What was done to each request so far: a fault, or the server's status. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  public boolean isUsedUp() {
    return faults.isEmpty();
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Fault fault = faults.poll();
    if (fault == null) {
      answer(exchange, pass(exchange, body));
      return;
    }
    seen.add(fault.name());
    switch (fault) {
      case TOO_MANY -> refuse(exchange, 429);
      case UNAVAILABLE -> refuse(exchange, 503);
      case CLOSED -> exchange.close();
      case ANSWER_LOST -> {
        pass(exchange, body);
        exchange.close();
      }
    }
  }

  private static void refuse(HttpExchange exchange, int status) throws IOException {
    exchange.getResponseHeaders().set("Retry-After", "0");
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
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
    HttpResponse<byte[]> answer = RunningLogagg.send(request, BodyHandlers.ofByteArray());
    seen.add(Integer.toString(answer.statusCode()));
    return answer;
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer)
      throws IOException {
    answer
        .headers()
        .firstValue("Content-Type")
        .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
    exchange.sendResponseHeaders(
        answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
    exchange.getResponseBody().write(answer.body());
    exchange.close();
  }

  @Override
  public void close() {
    front.stop(0);
    threads.shutdownNow();
  }
}
