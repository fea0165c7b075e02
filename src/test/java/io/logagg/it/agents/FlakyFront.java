package io.logagg.it.agents;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stands before a server. Of the requests that carry records, the first are refused, the next is
 * not answered at all, the next reaches the server but its answer is lost; all others pass.
 */
final class FlakyFront implements AutoCloseable {
  private static final List<String> PASSED_ON =
      List.of("Content-Type", "Content-Encoding", "Authorization", "Accept", "User-Agent");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String target;
  private final Predicate<String> carriesRecords;
  private final List<Integer> refusals;
  private final AtomicInteger count = new AtomicInteger();

  /**
   * Stands before that server.
   *
   * @param carriesRecords tells by the path
   * @param refusals the statuses of the first answers
   */
  FlakyFront(String target, Predicate<String> carriesRecords, List<Integer> refusals) {
    this.refusals = refusals;
    this.target = target;
    this.carriesRecords = carriesRecords;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** How many requests with records have come. */
  int count() {
    return count.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    boolean records = carriesRecords.test(exchange.getRequestURI().getPath());
    int number = records ? count.getAndIncrement() : Integer.MAX_VALUE;
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (number < refusals.size()) {
      refuse(exchange, refusals.get(number));
    } else if (number == refusals.size()) {
      exchange.close();
    } else if (number == refusals.size() + 1) {
      pass(exchange, body);
      exchange.close();
    } else {
      relay(exchange, pass(exchange, body));
    }
  }

  private static void refuse(HttpExchange exchange, int status) throws IOException {
    exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.getResponseHeaders().add("Retry-After", "1");
    byte[] body =
        "{\"error\":{\"type\":\"t\",\"reason\":\"r\"},\"status\":%d}"
            .formatted(status)
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private HttpResponse<byte[]> pass(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    for (String name : PASSED_ON) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void relay(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (name.startsWith("x-") || name.equals("content-type")) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(
        answer.statusCode(), head || answer.body().length == 0 ? -1 : answer.body().length);
    if (!head) {
      exchange.getResponseBody().write(answer.body());
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
