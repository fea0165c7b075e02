package io.logagg.testing;

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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a server, and does with each request what its turn says. */
public final class FlakyFront implements AutoCloseable {
  private static final Set<String> OWN = Set.of("host", "connection", "content-length");

  /** What becomes of a request. */
  public enum Turn {
    /** 429, and the server does not see it. */
    TOO_MANY,
    /** 503, and the server does not see it. */
    UNAVAILABLE,
    /** The server takes it, but the answer is 504. */
    ANSWER_LOST,
    /** The connection is closed, and the server does not see it. */
    CLOSED,
    /** The server takes it, but the connection is closed. */
    CLOSED_AFTERWARDS
  }

  private final HttpServer front;
  private final HttpClient client = HttpClient.newHttpClient();
  private final String behind;
  private final List<Turn> turns;
  private final AtomicInteger requests = new AtomicInteger();

  private FlakyFront(HttpServer front, String behind, List<Turn> turns) {
    this.front = front;
    this.behind = behind;
    this.turns = turns;
  }

  /** Before that server; what comes behind the turns is passed on, and its answer too. */
  public static FlakyFront before(RunningLogagg server, Turn... turns) {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      FlakyFront made =
          new FlakyFront(HttpServer.create(address, 0), server.base(), List.of(turns));
      made.front.createContext("/", made::handle);
      made.front.start();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String base() {
    return "http://127.0.0.1:" + front.getAddress().getPort();
  }

  /** How many there were. */
  public int requests() {
    return requests.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      int number = requests.getAndIncrement();
      if (number >= turns.size()) {
        HttpResponse<byte[]> answer = forward(exchange, body);
        answer(exchange, answer.statusCode(), answer.body());
        return;
      }
      switch (turns.get(number)) {
        case TOO_MANY -> answer(exchange, 429, new byte[0]);
        case UNAVAILABLE -> answer(exchange, 503, new byte[0]);
        case ANSWER_LOST -> {
          forward(exchange, body);
          answer(exchange, 504, new byte[0]);
        }
        case CLOSED -> {}
        case CLOSED_AFTERWARDS -> forward(exchange, body);
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(behind + exchange.getRequestURI()))
            .POST(BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, values.get(0));
              }
            });
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    front.stop(0);
  }
}
