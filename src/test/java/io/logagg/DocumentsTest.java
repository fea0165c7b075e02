package io.logagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether the headings and tests that the documents point to are there. */
final class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("]\\(((?!https?:)[^)\\s#]*)#([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern CELLS = Pattern.compile("^\\| .* \\| (.*) \\| .* \\|.*\\|$");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern TEST = Pattern.compile("([A-Z]\\w*(?:Test|IT))(?:\\.(.*))?");
  private static final Pattern METHOD = Pattern.compile("void (\\w+)\\(");

  private static Stream<Path> files(String folder, String end) {
    try (Stream<Path> all = Files.walk(Path.of(folder))) {
      return all.filter(file -> file.toString().endsWith(end)).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the usual renderers make them of headings. */
  private static Set<String> anchors(Path document) {
    return HEADING
        .matcher(CODE.matcher(read(document)).replaceAll(""))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void shouldLinkToHeadingsThatThereAre() {
    List<String> missing = new ArrayList<>();
    Stream<Path> own = Stream.of(Path.of("README.md"), Path.of("CHANGELOG.md"));
    Stream.concat(own, files("docs", ".md"))
        .forEach(
            document ->
                LINK.matcher(read(document))
                    .results()
                    .filter(link -> !isThere(document, link.group(1), link.group(2)))
                    .forEach(link -> missing.add(document + ": " + link.group())));
    assertEquals(List.of(), missing);
  }

  private static boolean isThere(Path document, String file, String anchor) {
    Path target = file.isEmpty() ? document : document.resolveSibling(file);
    return Files.exists(target) && anchors(target).contains(anchor);
  }

  @Test
  void shouldNameTestsThatThereAre() {
    Map<String, Set<String>> tests = new HashMap<>();
    files("src/test/java", ".java")
        .forEach(
            file ->
                tests.put(
                    file.getFileName().toString().replace(".java", ""),
                    METHOD
                        .matcher(read(file))
                        .results()
                        .map(method -> method.group(1))
                        .collect(Collectors.toSet())));
    List<String> missing = new ArrayList<>();
    int named = 0;
    Set<String> methods = Set.of(); // Of the class that was named last, in this row or before.
    for (String row : read(Path.of("docs/guarantees.md")).lines().toList()) {
      for (String quoted : quotedIn(row)) {
        var test = TEST.matcher(quoted);
        String method = quoted;
        if (test.matches()) {
          methods = tests.getOrDefault(test.group(1), Set.of());
          method = test.group(2);
        }
        named++;
        if (methods.isEmpty() || (method != null && !isThere(methods, method))) {
          missing.add(quoted + " in: " + row);
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(named > 50, "only " + named + " tests were found");
  }

  /** What the second column of a row names. */
  private static List<String> quotedIn(String row) {
    Matcher cells = CELLS.matcher(row);
    return cells.find()
        ? QUOTED.matcher(cells.group(1)).results().map(found -> found.group(1)).toList()
        : List.of();
  }

  /** "…" at the beginning stands for "should", amid or at the end for anything. */
  private static boolean isThere(Set<String> methods, String name) {
    String begun = name.startsWith("…") ? "should…" + name.substring(1) : name;
    Pattern pattern =
        Pattern.compile(
            Stream.of(begun.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    return methods.stream().anyMatch(method -> pattern.matcher(method).matches());
  }
}
