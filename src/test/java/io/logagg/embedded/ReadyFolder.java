package io.logagg.embedded;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Copies of a data folder that was started once: quicker than a first start for every test. */
final class ReadyFolder {
  private static Path original = Path.of("");

  private ReadyFolder() {}

  static synchronized Path copyTo(Path target) throws IOException, InterruptedException {
    if (original.toString().isEmpty()) {
      Path parent = Files.createTempDirectory("logagg-ready");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(parent)));
      EmbeddedServersTest.started(parent.resolve("data")).close();
      original = parent.resolve("data");
    }
    Commands.Result result =
        Commands.run(
            List.of("cp", "-a", original.toString(), target.toString()),
            Path.of("/"),
            "",
            Duration.ofSeconds(30));
    assertTrue(result.ok(), result.output());
    return target;
  }

  private static void delete(Path folder) {
    try {
      DataFolder.deleteTree(folder);
    } catch (IOException e) {
      System.err.println("left behind: " + folder + ": " + e);
    }
  }
}
