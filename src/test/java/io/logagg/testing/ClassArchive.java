package io.logagg.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The classes of the jar, loaded and linked once for all processes that a test's JVM starts: that
 * is a third of what a start costs. The JVM looks whether an archive fits the jar, and does without
 * one that does not (JEP 350).
 */
final class ClassArchive {
  private static final List<String> OPTIONS = make();

  private ClassArchive() {}

  /** For a JVM that is to run the jar. */
  static List<String> options() {
    return OPTIONS;
  }

  private static List<String> make() {
    try {
      Path folder = Files.createTempDirectory("logagg-classes");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> TemporaryFolders.delete(folder)));
      Path archive = folder.resolve("logagg.jsa");
      // Servers that are not there are enough to have it load what it starts with.
      Map<String, String> away =
          Map.of(
              "DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none",
              "REDIS_URL", "redis://127.0.0.1:1/0");
      try (RunningLogagg once =
          RunningLogagg.start(folder, away, List.of("-XX:ArchiveClassesAtExit=" + archive))) {
        once.stop();
      }
      return Files.exists(archive) ? List.of("-XX:SharedArchiveFile=" + archive) : List.of();
    } catch (IOException e) {
      return List.of(); // Without it, all is the same but slower.
    }
  }
}
