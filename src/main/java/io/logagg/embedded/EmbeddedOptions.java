package io.logagg.embedded;

import java.nio.file.Path;

/**
 * Which servers to run, and where.
 *
 * @param dataDir made when it does not exist; belongs to one running logagg at a time
 * @param postgresPort 0: the port of the last run if it is still free, else any free one
 * @param redisPort as {@code postgresPort}
 */
public record EmbeddedOptions(
    Path dataDir, boolean postgres, boolean redis, int postgresPort, int redisPort) {

  public EmbeddedOptions {
    if (postgresPort < 0 || postgresPort > 65535 || redisPort < 0 || redisPort > 65535) {
      throw new IllegalArgumentException(
          "ports must be 0 to 65535: postgresPort=" + postgresPort + ", redisPort=" + redisPort);
    }
  }

  /** Both servers, on ports of their own choice. */
  public static EmbeddedOptions both(Path dataDir) {
    return new EmbeddedOptions(dataDir, true, true, 0, 0);
  }
}
