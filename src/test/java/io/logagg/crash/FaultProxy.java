package io.logagg.crash;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between logagg and a server, and does to the bytes what a bad network does. Two threads a
 * connection. Thread-safe.
 */
final class FaultProxy implements Closeable {
  /** Which way the bytes go. */
  enum Way {
    REQUESTS,
    REPLIES
  }

  private static final int BUFFER_BYTES = 32 << 10;

  /** No logagg needs so many; each takes two files and two threads. */
  private static final int MAX_LINKS = 500;

  private final int targetPort;
  private final ServerSocket server;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private volatile long delayMs;
  private volatile long bytesPerSecond;
  private volatile Set<Way> frozen = Set.of();
  private volatile Garbling garbling;

  /** Noise in connections that are used from now on, beginning in that direction. */
  private record Garbling(Way begin, Random random) {}

  FaultProxy(int targetPort) {
    this.targetPort = targetPort;
    try {
      this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread("proxy-accept", this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private static void thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        try {
          open(client);
        } catch (IOException e) {
          client.close(); // The server does not listen now.
        }
      } catch (IOException e) {
        // Closing, or one connection less.
      }
    }
  }

  private void open(Socket client) throws IOException {
    if (links.size() >= MAX_LINKS) {
      throw new IOException("too many connections");
    }
    Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), targetPort));
    links.add(link);
    thread("proxy-requests", () -> link.pump(Way.REQUESTS, link.client, link.target));
    thread("proxy-replies", () -> link.pump(Way.REPLIES, link.target, link.client));
  }

  /** Closes all connections; what is on its way is lost. */
  void cut() {
    links.forEach(Link::close);
  }

  /** Every chunk takes so much longer. */
  void delay(long ms) {
    delayMs = ms;
  }

  void throttle(long bytesPerSecondNow) {
    bytesPerSecond = bytesPerSecondNow;
  }

  /** Forwards nothing more in these directions, and closes nothing. */
  void freeze(Set<Way> ways) {
    frozen = ways;
  }

  /**
   * From some byte on, connections carry noise in both directions, never what was sent. The first
   * noise of a connection goes in the given direction.
   */
  void garble(Way begin, Random random) {
    garbling = new Garbling(begin, random);
  }

  /** Forwards all as it is again; connections with noise in them are closed. */
  void heal() {
    delayMs = 0;
    bytesPerSecond = 0;
    garbling = null;
    links.stream().filter(link -> link.noise != null).forEach(Link::close);
    frozen = Set.of();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
    cut();
  }

  private final class Link {
    private final Socket client;
    private final Socket target;
    private volatile Random noise;

    Link(Socket client, Socket target) throws IOException {
      this.client = client;
      this.target = target;
      client.setTcpNoDelay(true);
      target.setTcpNoDelay(true);
    }

    void pump(Way way, Socket from, Socket to) {
      byte[] buffer = new byte[BUFFER_BYTES];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          hold(way, count);
          garble(way, buffer, count);
          out.write(buffer, 0, count);
        }
      } catch (IOException e) {
        // One side is gone: so is the other.
      } finally {
        close();
      }
    }

    private void hold(Way way, int count) throws IOException {
      long rate = bytesPerSecond;
      long ms = delayMs + (rate > 0 ? 1000L * count / rate : 0);
      if (ms > 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
      }
      while (frozen.contains(way)) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        if (client.isClosed()) {
          throw new IOException("closed while frozen");
        }
      }
    }

    private synchronized void garble(Way way, byte[] buffer, int count) {
      Garbling now = garbling;
      int from = 0;
      if (noise == null) {
        if (now == null || now.begin != way) {
          return;
        }
        noise = new Random(now.random.nextLong());
        from = noise.nextInt(count);
      }
      for (int i = from; i < count; i++) {
        buffer[i] ^= (byte) (1 + noise.nextInt(255));
      }
    }

    void close() {
      links.remove(this);
      closeOne(client);
      closeOne(target);
    }

    private void closeOne(Socket socket) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is of no more use either way.
      }
    }
  }
}
