package io.logagg;

import io.logagg.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this process calls itself towards others. */
final class ProcessName {
  private static final int MAX_CHARS = 200;

  private ProcessName() {}

  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not from a jar)" : version;
  }

  /** Its machine and number, such as {@code web-1:4711}; looks up the machine's own name. */
  static String instance() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost"; // A machine that does not know its own name.
    }
    String name = host.length() > MAX_CHARS ? host.substring(0, MAX_CHARS) : host;
    return name + ":" + ProcessHandle.current().pid();
  }

  /** The roles it has: {@code api} takes requests, {@code worker} reads the stream. */
  static String role(Config config) {
    if (config.http().instances() == 0) {
      return config.consumer().instances() == 0 ? "writer" : "worker";
    }
    return config.consumer().instances() == 0 ? "api" : "all";
  }
}
