package io.logagg.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What {@link SupervisedServer} has to know about a server in order to run it. */
interface ServerProgram {
  /** For people: {@code PostgreSQL}. */
  String name();

  /** Without the prefix that gives up privileges. */
  List<String> command();

  Path directory();

  Path logFile();

  /**
   * Writes the configuration and clears what would stop a start. Called before every launch.
   *
   * @param mayMove whether another port may be taken when the present one is not free; not once the
   *     URL is known to others
   */
  void prepare(boolean mayMove) throws IOException;

  /** Whether the process serves clients by now. Quick, and never throws. */
  boolean ready(long pid);

  /** Signals that stop it, gentlest first; SIGKILL follows by itself. */
  List<StopStep> stopSteps();

  /**
   * One try to end the server.
   *
   * @param signal its name without SIG
   */
  record StopStep(String signal, Duration limit) {}
}
