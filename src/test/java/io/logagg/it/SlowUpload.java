package io.logagg.it;

import io.logagg.testing.RunningLogagg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A chunked upload over a plain socket that sends its lines and then only holds on. */
final class SlowUpload implements AutoCloseable {
  private final Socket socket;

  private SlowUpload(Socket socket) {
    this.socket = socket;
  }

  static SlowUpload start(RunningLogagg server, String path, String key, List<String> lines) {
    URI base = URI.create(server.base());
    String head =
        """
        POST %s HTTP/1.1\r
        Host: %s\r
        X-API-Key: %s\r
        Content-Type: application/x-ndjson\r
        Transfer-Encoding: chunked\r
        \r
        """
            .formatted(path, base.getAuthority(), key);
    String chunk = String.join("\n", lines) + "\n";
    try {
      Socket socket = new Socket(base.getHost(), base.getPort());
      socket.setSoTimeout(30_000);
      String text = head + Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      return new SlowUpload(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isOver() {
    try {
      return socket.getInputStream().available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What the server says, to the end of the connection.
   *
   * @param onBegin is run when the answer begins
   */
  String answer(Runnable onBegin) {
    try (socket) {
      int first = socket.getInputStream().read();
      onBegin.run();
      return (char) first
          + new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
