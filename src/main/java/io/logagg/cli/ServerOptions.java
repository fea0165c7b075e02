package io.logagg.cli;

import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.client.Retry;
import io.logagg.cli.client.ServerAccess;
import io.logagg.record.TimeSpans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which server a command asks, and how it gets in. */
final class ServerOptions {
  private static final String SERVER_VARIABLE = "LOGAGG_SERVER";
  private static final String KEY_VARIABLE = "LOGAGG_API_KEY";
  private static final String DEFAULT_SERVER = "http://127.0.0.1:8000";

  private final Map<String, String> environment = System.getenv();

  @ArgGroup(validate = false, heading = "%nServer:%n")
  private Given given = new Given();

  private static final class Given {
    @Option(
        names = "--server",
        paramLabel = "URL",
        description = "Where logagg is. Without it: $LOGAGG_SERVER, else http://127.0.0.1:8000.")
    private @Nullable String server;

    @Option(
        names = "--key-file",
        paramLabel = "FILE",
        description = "Holds the API key. Without it: $LOGAGG_API_KEY, else none.")
    private @Nullable Path keyFile;

    @Option(
        names = "--ca",
        paramLabel = "FILE",
        description =
            "Certificates (PEM) to trust instead of those of Java, for a private authority.")
    private @Nullable Path ca;

    @Option(
        names = "--timeout",
        paramLabel = "SPAN",
        description =
            "How long the server may keep silent, such as 90s (default ${DEFAULT-VALUE}).",
        defaultValue = "60s")
    private String timeout = "60s";
  }

  /** The way to the server. */
  ApiClient client() {
    String server = given.server;
    if (server == null) {
      server = environment.getOrDefault(SERVER_VARIABLE, DEFAULT_SERVER);
    }
    return new ApiClient(
        new ServerAccess(
            ServerAccess.base(server), key(), given.ca, millis("--timeout", given.timeout)));
  }

  private @Nullable String key() {
    Path file = given.keyFile;
    String key = environment.get(KEY_VARIABLE);
    String source = "$" + KEY_VARIABLE;
    if (file != null) {
      source = "--key-file " + file;
      try {
        key = Files.readString(file);
      } catch (IOException e) {
        throw ClientException.usage("%s cannot be read: %s".formatted(source, fault(e)));
      }
    }
    String stripped = key == null ? "" : key.strip();
    if (stripped.isEmpty() && file == null) {
      return null;
    }
    if (!stripped.matches("[\\x21-\\x7e]{1,512}")) {
      throw ClientException.usage(source + " holds no API key: one line is expected");
    }
    return stripped;
  }

  /** What a fault of a file is called. */
  static String fault(IOException e) {
    if (e instanceof java.nio.file.NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof java.nio.file.AccessDeniedException) {
      return "access denied";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** A span such as 90s, in milliseconds. */
  static long millis(String option, String span) {
    OptionalLong micros = TimeSpans.micros(span);
    if (micros.isEmpty() || micros.getAsLong() < 1_000) {
      throw ClientException.usage(option + " must be a span such as 90s, 5m or 2h");
    }
    return TimeUnit.MICROSECONDS.toMillis(micros.getAsLong());
  }

  /** For requests that may be sent again if the server has too much to do. */
  static Retry retry(long limitMs, Consumer<String> tell) {
    return new Retry(limitMs, false, System::nanoTime, Thread::sleep, new SplittableRandom(), tell);
  }
}
