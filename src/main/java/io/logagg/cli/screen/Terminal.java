package io.logagg.cli.screen;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a standard stream leads.
 *
 * @param isTerminal whether a person looks at it
 * @param columns its width
 */
public record Terminal(boolean isTerminal, int columns) {
  private static final int DEFAULT_COLUMNS = 80;
  private static final int MIN_COLUMNS = 40;
  private static final int MAX_COLUMNS = 10_000;
  private static final long STTY_LIMIT_MS = 500;
  private static final Pattern STTY_SIZE = Pattern.compile("\\d+ (\\d+)\\s*");

  /** Standard output. */
  public static Terminal output(Map<String, String> environment) {
    return of(1, environment);
  }

  /** Standard error. */
  public static Terminal error(Map<String, String> environment) {
    return of(2, environment);
  }

  private static Terminal of(int descriptor, Map<String, String> environment) {
    boolean isTerminal = isTerminal(descriptor);
    OptionalInt told = columns(environment.get("COLUMNS"));
    if (told.isEmpty() && isTerminal) {
      told = askTerminal();
    }
    return new Terminal(isTerminal, told.orElse(DEFAULT_COLUMNS));
  }

  /**
   * By what the descriptor is, where the system shows it; a redirected input says nothing of it.
   */
  @SuppressWarnings("SystemConsoleNull") // With the property it still does.
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    if (Files.isSymbolicLink(link)) {
      try {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      } catch (IOException e) {
        return false;
      }
    }
    // Others are there without a terminal, too (System.console in Java 22).
    System.setProperty("jdk.console", "java.base");
    return System.console() != null;
  }

  /** A width as a shell tells it; empty if it is none. */
  static OptionalInt columns(@Nullable String text) {
    if (text == null || !text.matches("[1-9]\\d{0,8}")) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, Integer.parseInt(text))));
  }

  /** Shells keep the width to themselves. */
  private static OptionalInt askTerminal() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream out = stty.getInputStream()) {
        String size = new String(out.readAllBytes(), StandardCharsets.US_ASCII);
        boolean ended = stty.waitFor(STTY_LIMIT_MS, TimeUnit.MILLISECONDS);
        Matcher columns = STTY_SIZE.matcher(size);
        return ended && columns.matches() ? columns(columns.group(1)) : OptionalInt.empty();
      }
    } catch (IOException e) {
      return OptionalInt.empty(); // There is no such program: any width will do.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }
}
