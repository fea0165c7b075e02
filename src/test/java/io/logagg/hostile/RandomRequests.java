package io.logagg.hostile;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Requests for every operation of openapi.json, bent in one way or another. They never delete
 * records that were acknowledged: deleting ones name apps that no record has.
 */
final class RandomRequests {
  /** The app of records whose request is broken on purpose, so that no answer counts them. */
  static final String LOST = "fuzz-lost";

  private static final List<String> ENCODINGS = List.of("gzip", "deflate", "zstd", "identity");
  private static final List<String> HOSTILE =
      List.of(
          "",
          "0",
          "-1",
          "10001",
          "99999999999999999999",
          "1e9",
          "NaN",
          "\u0000",
          "a\u0000b",
          "%",
          "'",
          "''; --",
          "\"",
          "\\",
          "_%",
          "(",
          "((((",
          "a AND",
          "*",
          "[",
          "{}",
          "..",
          "../../etc",
          "\r\nX: y",
          "\u00ff\u00fe",
          "\u00ed\u00a0\u0080",
          "15m",
          "-7d",
          "999999w",
          "0s",
          "2024-13-45T99:99:99Z",
          "2024-01-01T00:00:00Z",
          "+010000-01-01T00:00:00Z",
          "-0001-01-01T00:00:00Z",
          "INFO,,WARN",
          "desc",
          "true",
          "fuzz",
          "00000000-0000-0000-0000-000000000000",
          "ffffffff-ffff-8fff-bfff-ffffffffffff",
          "eyJhIjoxfQ==");

  private final Random random;
  private final RandomBodies bodies;
  private final List<Operation> operations =
      Operation.all().stream().filter(operation -> !operation.isOfAgents()).toList();
  private final AgentRequests agents;

  RandomRequests(Random random) {
    this.random = random;
    this.bodies = new RandomBodies(random);
    this.agents = new AgentRequests(random, bodies);
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  RawRequest next() {
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> ingest();
      case 4, 5, 6, 7 -> operation();
      case 8 -> broken();
      case 9 -> random.nextBoolean() ? pipelined() : noise();
      default -> agents();
    };
  }

  private RawRequest ingest() {
    String path =
        oneOf(List.of("/api/v1/ingest", "/api/v1/ingest", "/api/v1/bulk_logs", "/api/v1/logs"));
    // Only ingest takes an app from the query.
    String query =
        path.endsWith("ingest")
            ? "?app=fuzz" + oneOf(List.of("", "", "&service=s", "&level=9"))
            : "";
    byte[] body = path.endsWith("/logs") ? bytes(bodies.record()) : bodies.body();
    return withBody("POST", path + query, headers(), body);
  }

  /** What is broken of it is in its query and body, so that the route is always met. */
  private RawRequest agents() {
    Operation operation = agents.operation();
    String target = agents.target(operation, () -> encoded(oneOf(HOSTILE)));
    return withBody(operation.method(), target, List.of("Host: localhost"), agents.body(operation))
        .asking(operation);
  }

  /** Any operation with any parameters, and often a body that it may not want. */
  private RawRequest operation() {
    Operation operation = oneOf(operations);
    String method =
        random.nextInt(10) == 0
            ? oneOf(List.of("HEAD", "PUT", "OPTIONS", "PATCH", "TRACE", "BREW"))
            : operation.method();
    StringBuilder target = new StringBuilder(operation.path().replace("{id}", id()));
    if (random.nextInt(10) == 0) {
      target.append(
          oneOf(
              List.of(
                  "/",
                  "//",
                  "/..",
                  "/%2e%2e/",
                  "/%00",
                  "/%",
                  "/%zz",
                  ";a=b",
                  "/" + "a".repeat(9000))));
    }
    char separator = '?';
    // A deletion's filter is always this one; what is added to it must not name another app.
    boolean deletes = operation.path().startsWith("/api/v1/logs") && method.equals("DELETE");
    if (deletes) {
      target.append("?app=fuzz-nobody");
      separator = '&';
    }
    for (int i = random.nextInt(4); i > 0 && !operation.parameters().isEmpty(); i--) {
      String name = oneOf(operation.parameters());
      if (!(deletes && name.equals("app"))) {
        target.append(separator).append(name).append('=').append(encoded(value()));
        separator = '&';
      }
    }
    boolean bodyless = method.equals("GET") && random.nextInt(8) > 0;
    byte[] body = bodyless ? new byte[0] : bytes(managementBody());
    return withBody(method, target.toString(), headers(), body);
  }

  private String managementBody() {
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 ->
          "{\"name\":\"n"
              + random.nextInt(50)
              + "\",\"retention_days\":"
              + oneOf(List.of("1", "-1", "1e99", "\"x\""))
              + "}";
      case 2 -> "{\"payload\":" + bodies.record() + "}";
      case 3 -> "[".repeat(random.nextInt(5000));
      default -> bodies.record();
    };
  }

  /** Never the number of an app that may hold records. */
  private String id() {
    return random.nextBoolean()
        ? encoded(value()).replace("fuzz", "x")
        : Integer.toString(1_000_000 + random.nextInt());
  }

  private String value() {
    return random.nextInt(60) == 0 ? "x".repeat(random.nextInt(100_000)) : oneOf(HOSTILE);
  }

  /** Bytes as percent escapes, unless they are harmless; sometimes escaped twice. */
  private String encoded(String latin) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < latin.length(); i++) {
      char c = latin.charAt(i);
      boolean harmless = Character.isLetterOrDigit(c) && c < 128;
      out.append(harmless ? Character.toString(c) : "%%%02X".formatted((int) c));
    }
    return random.nextInt(20) == 0 ? out.toString().replace("%", "%25") : out.toString();
  }

  private List<String> headers() {
    List<String> headers = new ArrayList<>(List.of("Host: localhost"));
    for (int i = random.nextInt(3); i > 0; i--) {
      headers.add(
          switch (random.nextInt(14)) {
            case 0 -> "X-Long: " + "y".repeat(random.nextInt(50_000));
            case 1 -> "X-Odd: \u00ff\u0080\t\u007f";
            case 2 -> "X-Nul: a\u0000b";
            case 3 -> "Expect: 100-continue";
            case 4 -> "Expect: the-unexpected";
            case 5 ->
                "Accept: " + oneOf(List.of("application/x-ndjson", "text/html", "*/*;q=9", ",,,"));
            case 6 -> "Accept-Encoding: " + oneOf(List.of("gzip", "gzip;q=x", "deflate", "*"));
            case 7 ->
                "Idempotency-Key: "
                    + oneOf(List.of("", " ", "k".repeat(300), "k" + random.nextLong()));
            case 8 -> "Origin: http://evil.example";
            case 9 -> "Range: bytes=0-1,-5";
            case 10 ->
                "Connection: " + oneOf(List.of("close", "keep-alive, Upgrade", "HTTP2-Settings"));
            case 11 -> "Upgrade: " + oneOf(List.of("websocket", "h2c"));
            case 12 -> "Host: b\r\nHost: ///[::1";
            default -> "If-None-Match: \"*\"";
          });
    }
    return headers;
  }

  private RawRequest withBody(String method, String target, List<String> headers, byte[] plain) {
    String encoding = random.nextInt(4) == 0 ? oneOf(ENCODINGS) : "";
    byte[] body = RandomBodies.compressed(encoding, plain);
    if (!encoding.isEmpty() && random.nextInt(4) == 0) {
      body = bodies.mutated(body);
    }
    List<String> all = new ArrayList<>(headers);
    if (!encoding.isEmpty() || random.nextInt(20) == 0) {
      all.add(
          "Content-Encoding: "
              + (random.nextInt(8) == 0
                  ? oneOf(List.of("gzip, gzip", "br", "GZIP", "zstd,", "\u00ff"))
                  : encoding));
    }
    all.add("Content-Type: " + type());
    if (random.nextInt(20) == 0) {
      all.add("Content-Type: " + type());
    }
    if (random.nextInt(3) == 0) {
      all.add("Transfer-Encoding: chunked");
      body = chunked(body);
    } else {
      all.add("Content-Length: " + body.length);
    }
    return RawRequest.whole(head(method, target, all), body, method);
  }

  private String type() {
    return switch (random.nextInt(12)) {
      case 0 ->
          oneOf(
              List.of(
                  "text/plain",
                  "",
                  ";",
                  "application/json; charset=utf-16",
                  "a".repeat(5000),
                  "multipart/form-data; boundary=",
                  "application/x-www-form-urlencoded"));
      case 1, 2, 3, 4, 5 -> "application/json";
      case 6 -> "application/x-protobuf";
      default -> "application/x-ndjson";
    };
  }

  private static String head(String method, String target, List<String> headers) {
    return method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  private byte[] chunked(byte[] body) {
    Buffer out = Buffer.buffer();
    for (int at = 0; at < body.length; ) {
      int size = Math.min(body.length - at, 1 + random.nextInt(random.nextBoolean() ? 10 : 5000));
      out.appendString(
          Integer.toHexString(size) + (random.nextInt(9) == 0 ? ";a=\"b\"" : "") + "\r\n");
      out.appendBytes(body, at, size).appendString("\r\n");
      at += size;
    }
    return out.appendString("0\r\n" + (random.nextInt(9) == 0 ? "Trailer: x\r\n" : "") + "\r\n")
        .getBytes();
  }

  /** A body whose end cannot be told, or is not there. */
  private RawRequest broken() {
    // Its records must all be of the app that is not counted.
    byte[] body =
        new String(bodies.body(), StandardCharsets.ISO_8859_1)
            .replace("\"app\"", "\"apq\"")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] half = Arrays.copyOf(body, body.length / 2);
    List<String> headers =
        new ArrayList<>(List.of("Host: localhost", "Content-Type: application/x-ndjson"));
    String length = "Content-Length: " + body.length;
    byte[] sent = body;
    switch (random.nextInt(9)) {
      case 0 -> headers.addAll(List.of(length, "Transfer-Encoding: chunked"));
      case 1 -> headers.addAll(List.of(length, "Content-Length: " + (body.length + 1)));
      case 2 ->
          headers.add(
              "Content-Length: "
                  + oneOf(List.of("-1", "99999999999999999999", "1x", "", "+5", "0x10")));
      case 3 -> {
        headers.add("Transfer-Encoding: chunked");
        sent =
            bytes(
                oneOf(
                    List.of(
                        "zz\r\n",
                        "-1\r\n",
                        "ffffffffffffffff\r\n",
                        "5\r\nabcdefgh\r\n0\r\n\r\n",
                        ";\r\n",
                        "5",
                        "0\r\n" + "T: x\r\n".repeat(20_000))));
      }
      case 4 -> {
        headers.add("Transfer-Encoding: chunked");
        byte[] chunks = chunked(body);
        sent = Arrays.copyOf(chunks, chunks.length - 5);
      }
      case 5 ->
          headers.add(
              "Transfer-Encoding: "
                  + oneOf(
                      List.of(
                          "gzip", "chunked, chunked", "identity", "\u000bchunked", "xchunked")));
      case 6 -> {
        headers.addAll(List.of(length, "Content-Encoding: " + oneOf(ENCODINGS)));
        sent = half;
      }
      case 7 -> {
        headers.addAll(List.of(length, "Expect: 100-continue"));
        sent = new byte[0];
      }
      default -> {
        headers.add(length);
        sent = half;
      }
    }
    String head = head("POST", "/api/v1/ingest?app=" + LOST, headers);
    return new RawRequest(RawRequest.joined(head, sent), List.of("POST"), false, false);
  }

  private RawRequest pipelined() {
    Buffer all = Buffer.buffer();
    List<String> methods = new ArrayList<>();
    for (int i = 2 + random.nextInt(6); i > 0; i--) {
      String path =
          oneOf(
              List.of("/health", "/nowhere", "/api/v1/logs?limit=3", "/metrics", "/api/v1/stats"));
      String method = oneOf(List.of("GET", "HEAD", "GET"));
      all.appendString(head(method, path, List.of("Host: localhost")));
      methods.add(method);
    }
    return new RawRequest(all, methods, true, false);
  }

  /** Not HTTP, or a version of it that is not spoken here. */
  private RawRequest noise() {
    if (random.nextBoolean()) {
      byte[] noise = new byte[random.nextInt(2000)];
      random.nextBytes(noise);
      return new RawRequest(Buffer.buffer(noise), List.of("GET"), false, true);
    }
    String line =
        oneOf(
            List.of(
                "GET / HTTP/9.9",
                "GET /",
                "GET  / HTTP/1.1",
                "GET /health HTTP/1.0",
                "PRI * HTTP/2.0",
                "GET http://a/health HTTP/1.1",
                "CONNECT a:1 HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "G\u0000T / HTTP/1.1",
                "\r\n\r\nGET /health HTTP/1.1",
                "GET /\u00ff\u0001 HTTP/1.1",
                "GET /" + "a".repeat(70_000) + " HTTP/1.1"));
    return new RawRequest(
        Buffer.buffer(bytes(line + "\r\nHost: localhost\r\n\r\n")), List.of("GET"), false, true);
  }

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }
}
