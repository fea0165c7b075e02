package io.logagg.bench;

import picocli.CommandLine.Option;

/** What is filled in and how often each question is asked, on the command line. */
final class FillOptions {
  @Option(names = "--records", description = "Records to fill in (default ${DEFAULT-VALUE}).")
  private long records = 10_000_000;

  @Option(
      names = "--samples",
      description =
          "Requests of each kind, fewer of those that take long (default ${DEFAULT-VALUE}).")
  private int samples = 200;

  long records() {
    return records;
  }

  int samples() {
    return samples;
  }
}
