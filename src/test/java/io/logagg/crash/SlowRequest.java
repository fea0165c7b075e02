package io.logagg.crash;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** An NDJSON request whose body comes in parts, as slowly as its test wants. */
final class SlowRequest implements Closeable {
  private static final int LIMIT_MS = 20_000;

  private static final String HEAD =
      """
      POST /api/v1/ingest HTTP/1.1\r
      Host: localhost\r
      Content-Type: application/x-ndjson\r
      Transfer-Encoding: chunked\r
      \r
      """;

  private final Socket socket;

  private SlowRequest(Socket socket) {
    this.socket = socket;
  }

  /** Sends the head and the first part. */
  static SlowRequest begin(String base, String part) throws IOException {
    URI uri = URI.create(base);
    Socket socket = new Socket(InetAddress.getByName(uri.getHost()), uri.getPort());
    socket.setSoTimeout(LIMIT_MS);
    SlowRequest request = new SlowRequest(socket);
    request.write(HEAD);
    request.send(part);
    return request;
  }

  void send(String part) throws IOException {
    int bytes = part.getBytes(StandardCharsets.UTF_8).length;
    write(Integer.toHexString(bytes) + "\r\n" + part + "\r\n");
  }

  /** Ends the body; the status line of the answer, or "" if the connection was closed instead. */
  String finish() throws IOException {
    write("0\r\n\r\n");
    String status =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    return status == null ? "" : status;
  }

  private void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
