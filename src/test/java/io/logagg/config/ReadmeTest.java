package io.logagg.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README and the documents say, as far as a program can tell. */
final class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final String TABLE_START = "<!-- configuration table: start -->\n";
  private static final String TABLE_END = "<!-- configuration table: end -->\n";

  /** A link in Markdown: the target without a title. */
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)[^)]*\\)");

  private static final Pattern WITH_SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*:.*");

  @Test
  void shouldShowTheConfigurationTable() throws IOException {
    String readme = Files.readString(README);
    int start = readme.indexOf(TABLE_START);
    int end = readme.indexOf(TABLE_END);
    assertTrue(start >= 0 && end > start, "README.md lacks the markers around the table");
    assertEquals(
        ConfigMarkdown.table(),
        readme.substring(start + TABLE_START.length(), end),
        "put the expected text between the markers in README.md");
  }

  @Test
  void shouldLinkOnlyToFilesThatExist() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        String target = link.group(1).replaceFirst("#.*", "");
        if (!target.isEmpty()
            && !WITH_SCHEME.matcher(target).matches()
            && !Files.exists(document.resolveSibling(target))) {
          broken.add(document + ": " + link.group(1));
        }
      }
    }
    assertEquals(List.of(), broken, "links to files that are not there");
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(README, Path.of("CHANGELOG.md")));
    try (Stream<Path> files = Files.walk(Path.of("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
    }
    return documents;
  }
}
