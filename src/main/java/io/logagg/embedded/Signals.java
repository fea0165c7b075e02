package io.logagg.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the signals that the JDK has no call for. */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private Signals() {}

  /**
   * @param signal its name without SIG
   */
  static void send(ProcessHandle process, String signal) throws InterruptedException {
    if (!process.isAlive()) {
      return;
    }
    if (signal.equals("TERM")) {
      process.destroy();
      return;
    }
    // kill is built into every shell; the program of that name is missing in small containers.
    Commands.Result result =
        Commands.run(
            List.of("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal, "" + process.pid()),
            Path.of("/"),
            "",
            LIMIT);
    if (!result.ok()) {
      log.debug("SIG{} to pid {}: {}", signal, process.pid(), result.output());
    }
  }
}
