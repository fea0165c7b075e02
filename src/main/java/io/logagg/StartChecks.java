package io.logagg;

import io.logagg.config.Config;
import io.logagg.config.SyslogConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
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
      checkPort("http", "port", config.http().host(), config.http().port());
    }
    SyslogConfig syslog = config.syslog();
    checkPort("syslog", "tcpPort", syslog.host(), syslog.tcpPort());
    checkPort("syslog", "tlsPort", syslog.host(), syslog.tlsPort());
    checkUdpPort("syslog", syslog.host(), syslog.udpPort());
    checkPort("gelf", "tcpPort", config.gelf().host(), config.gelf().tcpPort());
    checkUdpPort("gelf", config.gelf().host(), config.gelf().udpPort());
    if (config.metrics().enabled()) {
      checkPort("metrics", "port", config.metrics().host(), config.metrics().port());
    }
  }

  private static void checkPort(String section, String key, String host, int port) {
    if (port == 0 && !key.equals("port")) {
      return; // None.
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (BindException e) {
      throw inUse(section, key, host, port, e);
    } catch (IOException e) {
      throw new StartException(
          "cannot serve %s.host %s: %s".formatted(section, host, e.getMessage()), e);
    }
  }

  private static void checkUdpPort(String section, String host, int port) {
    if (port == 0) {
      return;
    }
    try (DatagramSocket socket = new DatagramSocket(null)) {
      socket.bind(new InetSocketAddress(host, port));
    } catch (SocketException e) {
      throw inUse(section, "udpPort", host, port, e);
    }
  }

  private static StartException inUse(
      String section, String key, String host, int port, IOException why) {
    return new StartException(
        "%1$s.%2$s %3$d on %4$s cannot be served: %5$s; stop the program that has it, or set %1$s.%2$s (LOGAGG_%6$s)"
            .formatted(
                section,
                key,
                port,
                host,
                why.getMessage(),
                (section + "_" + key.replace("Port", "_Port")).toUpperCase(Locale.ROOT)),
        why);
  }
}
