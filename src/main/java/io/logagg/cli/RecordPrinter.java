package io.logagg.cli;

import io.logagg.cli.client.ClientException;
import io.logagg.cli.screen.LogLineReader;
import io.logagg.cli.screen.LogText;
import io.logagg.cli.screen.Output;
import io.logagg.cli.screen.Terminal;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints records, as text or as they came. Belongs to one thread. */
final class RecordPrinter {
  private final Output output;
  private final LogLineReader reader = new LogLineReader();

  /** Null if they are printed as they came. */
  private final @Nullable LogText text;

  private RecordPrinter(Output output, @Nullable LogText text) {
    this.output = output;
    this.text = text;
  }

  static RecordPrinter of(LookOptions options, Output output) {
    Terminal terminal = options.output();
    boolean isText = options.isText(terminal);
    return new RecordPrinter(output, isText ? new LogText(options.look(terminal)) : null);
  }

  /** Prints them, each as JSON given, and shows them at once. */
  void print(List<byte[]> records) {
    for (byte[] record : records) {
      if (text == null) {
        output.line(record);
      } else {
        try {
          output.print(text.of(reader.read(record)));
        } catch (IOException e) {
          throw ClientException.failed("the server sent a record that cannot be read");
        }
      }
    }
    output.flush();
  }
}
