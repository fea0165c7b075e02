package io.logagg.bench;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a report must say of Redis, asked over a plain socket once. */
record RedisFacts(String version, String appendonly, String appendfsync) {
  private static final int TIMEOUT_MS = 10_000;

  static RedisFacts of(String url) throws IOException {
    URI uri = URI.create(url);
    String password = uri.getUserInfo().substring(uri.getUserInfo().indexOf(':') + 1);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(TIMEOUT_MS);
      String commands =
          "AUTH %s\r\nINFO server\r\nCONFIG GET append*\r\nQUIT\r\n".formatted(password);
      socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
      byte[] replies = socket.getInputStream().readAllBytes();
      return parse(new String(replies, StandardCharsets.UTF_8));
    }
  }

  /** The replies to {@code INFO server} and {@code CONFIG GET append*}. */
  static RedisFacts parse(String replies) {
    List<String> lines = replies.lines().filter(line -> !line.startsWith("$")).toList();
    String version =
        lines.stream()
            .filter(line -> line.startsWith("redis_version:"))
            .findFirst()
            .map(line -> line.substring(line.indexOf(':') + 1))
            .orElse("unknown");
    return new RedisFacts(version, after(lines, "appendonly"), after(lines, "appendfsync"));
  }

  private static String after(List<String> lines, String name) {
    int at = lines.indexOf(name);
    return at < 0 || at + 1 == lines.size() ? "unknown" : lines.get(at + 1);
  }
}
