package io.logagg.it.agents;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** logback's appender for Loki, in a program that logs {@code m0} and so on, and ends. */
final class Loki4j {
  private static final Path JARS = Path.of("target", "agents", "loki4j");

  private Loki4j() {}

  /** Whether Maven has copied it. */
  static boolean isThere() {
    return Files.isDirectory(JARS);
  }

  /**
   * Starts it.
   *
   * @param maxBackoffMs between its 20 tries, at most
   */
  static ClientProgram start(
      Path log, String url, String app, boolean protobuf, int count, int maxBackoffMs) {
    return ClientProgram.start(
        log,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            JARS + "/*",
            "-Durl=" + url,
            "-Dapp=" + app,
            "-Dprotobuf=" + protobuf,
            "-DmaxBackoffMs=" + maxBackoffMs,
            "-Dlogback.configurationFile=src/test/agents/loki4j/logback.xml",
            "src/test/agents/loki4j/Loki4j.java",
            Integer.toString(count)));
  }
}
