package io.logagg.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerLogTest {
  private static final int MAX_BYTES = 100;

  @TempDir Path temp;

  @Test
  void shouldMoveAwayOnlyWhatIsOverTheLimit() throws IOException {
    try (DataFolder folder = DataFolder.open(temp)) {
      Path file = folder.logs().resolve("server.log");
      ServerLog log = new ServerLog(folder, file, MAX_BYTES);
      log.open();
      append(file, "x".repeat(MAX_BYTES));
      log.bound();
      assertFalse(Files.exists(folder.logs().resolve("server.log.1")));
      append(file, "\nlast");
      log.bound();
      assertEquals(0, Files.size(file));
      assertEquals(MAX_BYTES + 5, Files.size(folder.logs().resolve("server.log.1")));
    }
  }

  @Test
  void shouldTellTheLastLinesOfThisLaunchOnly() throws IOException {
    try (DataFolder folder = DataFolder.open(temp)) {
      Path file = folder.logs().resolve("server.log");
      ServerLog log = new ServerLog(folder, file, MAX_BYTES);
      log.open();
      append(file, "of the launch before\n");
      log.open();
      assertEquals("", log.tail());
      append(file, "1\n2\n3\n4\n5\n6\n");
      assertEquals("2 | 3 | 4 | 5 | 6", log.tail());
    }
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }
}
