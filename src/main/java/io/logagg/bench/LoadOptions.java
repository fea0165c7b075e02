package io.logagg.bench;

import io.logagg.bench.LoadGenerator.Load;
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

  /** How so many records are filled in that are going to be searched. */
  Load filling(int port, long records) {
    return new Load(port, connections, batch, gzip, false, ReadLoad.rareEvery(records));
  }
}
