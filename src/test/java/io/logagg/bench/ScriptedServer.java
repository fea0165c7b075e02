package io.logagg.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers requests on kept connections as it is told, and counts them. */
final class ScriptedServer implements AutoCloseable {
  private static final String LENGTH = "content-length: ";

  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private final Semaphore arrived = new Semaphore(0);
  private final Script script;

  /** What the request of that number is answered; a failure closes the connection. */
  interface Script {
    String answer(int number) throws IOException, InterruptedException;
  }

  ScriptedServer(Script script) throws IOException {
    this.script = script;
    threads.execute(this::accept);
  }

  static String answer(String status, String body) {
    return "HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s".formatted(status, body.length(), body);
  }

  int port() {
    return socket.getLocalPort();
  }

  int requests() {
    return requests.get();
  }

  void awaitRequests(int count) throws InterruptedException {
    arrived.acquire(count);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        threads.execute(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      for (int length = readHead(in); length >= 0; length = readHead(in)) {
        in.skipNBytes(length);
        String answer = script.answer(requests.getAndIncrement());
        arrived.release();
        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // The client has gone, or is to see that we have.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the length of the body; -1 at the end. */
  private static int readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return -1;
      }
      head.append((char) Character.toLowerCase(next));
    }
    int at = head.indexOf(LENGTH) + LENGTH.length();
    return Integer.parseInt(head.substring(at, head.indexOf("\r", at)));
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
