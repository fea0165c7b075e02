package io.logagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A file that grows on asks to be split. */
final class FileLengthTest {
  private static final int MAX_LINES = 400;

  @Test
  void shouldHaveNoLongFiles() throws IOException {
    try (Stream<Path> all = Files.walk(Path.of("src"))) {
      List<Path> files = all.filter(file -> file.toString().endsWith(".java")).toList();
      assertTrue(files.size() > 500, () -> "only " + files.size() + " files are looked at");
      assertEquals(
          List.of(),
          files.stream().filter(file -> lines(file) > MAX_LINES).toList(),
          "these have more than " + MAX_LINES + " lines; give what they do besides its own file");
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }
}
