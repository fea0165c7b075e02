package io.logagg.bench;

import picocli.CommandLine.Option;

/** How records are sent, on the command line. */
final class LoadOptions {
  @Option(names = "--batch", description = "Records per request (default ${DEFAULT-VALUE}).")
  private int batch = 1000;

  @Option(names = "--connections", description = "Connections (default ${DEFAULT-VALUE}).")
  private int connections = 4;

  @Option(names = "--gzip", description = "Compress the requests.")
  private boolean gzip;

  int batch() {
    return batch;
  }

  int connections() {
    return connections;
  }

  boolean gzip() {
    return gzip;
  }
}
