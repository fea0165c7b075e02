package io.logagg.embedded;

import io.logagg.embedded.EmbeddedException.Reason;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses the loopback ports, and remembers them so that URLs stay the same from run to run. Safe
 * for use by many threads.
 */
final class Ports {
  /**
   * Chosen below those that systems give to outgoing connections (Linux: from 32768 on), one of
   * which could take the port while its server restarts.
   */
  private static final int FIRST = 20_000;

  private static final int EPHEMERAL = 32_768;
  private static final int TRIES = 100;

  private final DataFolder folder;
  private final Properties remembered = new Properties();

  Ports(DataFolder folder) throws IOException {
    this.folder = folder;
    Path file = folder.file("ports");
    if (Files.exists(file)) {
      remembered.load(new StringReader(Files.readString(file)));
    }
  }

  /**
   * @param wanted 0 for the remembered one or any other
   */
  synchronized int choose(String name, int wanted) throws IOException {
    if (wanted != 0) {
      if (!isFree(wanted)) {
        throw new EmbeddedException(
            Reason.PORT_IN_USE,
            "port %d for the embedded %s is in use; stop what uses it or choose another"
                .formatted(wanted, name));
      }
      return wanted;
    }
    int port = last(name);
    if (port == 0 || !isFree(port)) {
      port = anyFree();
    }
    remembered.setProperty(name, Integer.toString(port));
    StringBuilder text = new StringBuilder("# Ports of the last run.\n");
    for (String key : remembered.stringPropertyNames()) {
      text.append(key).append('=').append(remembered.getProperty(key)).append('\n');
    }
    folder.write(folder.file("ports"), text.toString());
    return port;
  }

  private int last(String name) {
    String text = remembered.getProperty(name, "0");
    return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
  }

  private int anyFree() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, EPHEMERAL);
      if (isFree(port) && isNotPromised(port)) {
        return port;
      }
    }
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
        if (isNotPromised(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      }
    }
  }

  /** The other server may have been given this one a moment ago and not be bound yet. */
  private boolean isNotPromised(int port) {
    return !remembered.containsValue(Integer.toString(port));
  }

  static boolean isFree(int port) {
    if (port > 65535) {
      return false;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(loopback(), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }
}
