package io.logagg.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes what is posted to it, and answers as it is told to. */
public final class WebhookReceiver implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Map<String, String> headers = new ConcurrentHashMap<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private volatile byte[] answer = {};

  /** What came. */
  public record Request(String path, String key, String authorization, String body) {
    public JsonNode json() {
      return Api.parse(body);
    }
  }

  public WebhookReceiver() {
    this(0);
  }

  /** At a port that is free, or any for 0. */
  public WebhookReceiver(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::take);
    server.setExecutor(threads);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var given = exchange.getRequestHeaders();
    requests.add(
        new Request(
            exchange.getRequestURI().toString(),
            String.valueOf(given.getFirst("Idempotency-Key")),
            String.valueOf(given.getFirst("Authorization")),
            body));
    headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    byte[] bytes = answer;
    exchange.sendResponseHeaders(status.get(), bytes.length == 0 ? -1 : bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    } catch (IOException e) {
      // Whoever asked has read enough.
      assert bytes.length > 0;
    } finally {
      exchange.close();
    }
  }

  /** All that came, in order. */
  public List<Request> requests() {
    return requests;
  }

  /** From now on. */
  public void answers(int with) {
    status.set(with);
  }

  /** From now on, with a header. */
  public void answers(int with, String header, String value) {
    headers.put(header, value);
    status.set(with);
  }

  /** From now on, with so many bytes. */
  public void answersWith(int bytes) {
    answer = new byte[bytes];
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
