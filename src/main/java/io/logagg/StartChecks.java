package io.logagg;

import io.logagg.config.Config;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;

/** What would keep a start from succeeding, found before anything is started. */
final class StartChecks {
  private StartChecks() {}

  /** Better no start than one that ignores what was asked for. */
  static void refuseWhatIsNotThere(Config config) {
    if (config.stream().shards() > 1) {
      throw new StartException("stream.shards: more than 1 is not there yet", null);
    }
  }

  /** Finds a port in use before anything is started that would have to be stopped again. */
  static void checkPorts(Config config) {
    if (config.http().instances() > 0) {
      checkPort("http", config.http().host(), config.http().port());
    }
    if (config.metrics().enabled()) {
      checkPort("metrics", config.metrics().host(), config.metrics().port());
    }
  }

  private static void checkPort(String section, String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (BindException e) {
      throw new StartException(
          "%1$s.port %2$d on %3$s cannot be served: %4$s; stop the program that has it, or set %1$s.port (LOGAGG_%5$s_PORT)"
              .formatted(section, port, host, e.getMessage(), section.toUpperCase(Locale.ROOT)),
          e);
    } catch (IOException e) {
      throw new StartException(
          "cannot serve %s.host %s: %s".formatted(section, host, e.getMessage()), e);
    }
  }
}
