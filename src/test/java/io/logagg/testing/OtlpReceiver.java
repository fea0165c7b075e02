package io.logagg.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/** Takes traces over HTTP as a collector would, or never answers. */
public final class OtlpReceiver implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final boolean hangs;
  private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private OtlpReceiver(boolean hangs) {
    this.hangs = hangs;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::take);
    server.setExecutor(threads);
    server.start();
  }

  public static OtlpReceiver answering() {
    return new OtlpReceiver(false);
  }

  /** Takes connections and requests, and says nothing. */
  public static OtlpReceiver hanging() {
    return new OtlpReceiver(true);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void take(HttpExchange exchange) throws IOException {
    requests.add(
        exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("x-tenant"));
    if (hangs) {
      return;
    }
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.parseFrom(new GZIPInputStream(exchange.getRequestBody()));
    received.addAll(request.getResourceSpansList());
    exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  /** The target and the header {@code x-tenant} of each request. */
  public List<String> requests() {
    return requests;
  }

  /** All that came, as text. */
  public String text() {
    return received.toString();
  }

  public Map<String, String> resource() {
    return attributes(received.get(0).getResource().getAttributesList());
  }

  public List<Span> spans() {
    return received.stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  /** Waits for the first span that fits. */
  public Span awaitSpan(String what, Predicate<Span> fits) {
    List<Span> found =
        Eventually.value(
            what, () -> spans().stream().filter(fits).toList(), fitting -> !fitting.isEmpty());
    return found.get(0);
  }

  /** Waits for a span of that name below another one. */
  public Span awaitChild(Span parent, String name) {
    return awaitSpan(
        name + " below " + parent.getName(),
        span -> span.getName().equals(name) && span.getParentSpanId().equals(parent.getSpanId()));
  }

  public static Map<String, String> attributes(Span span) {
    return attributes(span.getAttributesList());
  }

  private static Map<String, String> attributes(List<KeyValue> pairs) {
    Map<String, String> texts = new HashMap<>();
    for (KeyValue pair : pairs) {
      texts.put(
          pair.getKey(),
          pair.getValue().hasIntValue()
              ? Long.toString(pair.getValue().getIntValue())
              : pair.getValue().getStringValue());
    }
    return texts;
  }

  public static String hex(com.google.protobuf.ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
