package io.logagg.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What all measurements have in common on the command line. */
final class BenchOptions {
  @Option(
      names = "--jvm",
      split = " ",
      description = "Options of the server's JVM (default -Xmx256m).")
  private List<String> jvm = List.of("-Xmx256m");

  @Option(
      names = "--folder",
      description =
          "Where to make the folder for the data, which is deleted afterwards (default where temporary files go).")
  private @Nullable Path folder;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON too.")
  private @Nullable Path json;

  List<String> jvm() {
    return jvm;
  }

  @Nullable Path folder() {
    return folder;
  }

  /** What to throw if arguments make no sense. */
  static RuntimeException wrong(@Nullable CommandSpec command, String message) {
    return command == null
        ? new IllegalArgumentException(message)
        : new ParameterException(command.commandLine(), message);
  }

  /** If it was asked for. */
  void writeJson(Object report) throws IOException {
    if (json != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.toFile(), report);
    }
  }
}
