package io.logagg.cli;

import io.logagg.cli.client.ClientException;
import io.logagg.cli.screen.Look;
import io.logagg.cli.screen.Terminal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How records are shown. */
final class LookOptions {
  private final Map<String, String> environment = System.getenv();

  @ArgGroup(validate = false, heading = "%nOutput:%n")
  private Given given = new Given();

  /** What records are printed as. */
  enum Form {
    TEXT,
    JSON;

    /** As it is written. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** When colours are used. */
  enum Colour {
    AUTO,
    ALWAYS,
    NEVER;

    /** As it is written. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final class Given {
    @Option(
        names = {"-o", "--output"},
        paramLabel = "FORM",
        description =
            "${COMPLETION-CANDIDATES}. json: a line for each record, as the API exports it. Without it: text on a terminal, json elsewhere.")
    private @Nullable Form output;

    @Option(names = "--json", description = "The same as --output json.")
    private boolean json;

    @Option(
        names = "--color",
        paramLabel = "WHEN",
        description =
            "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}: on a terminal, unless $NO_COLOR is set).",
        defaultValue = "auto")
    private Colour colour = Colour.AUTO;

    @Option(names = "--one-line", description = "Cut each record to one line of the terminal.")
    private boolean oneLine;

    @Option(names = "--utc", description = "Show times in UTC, not in the time zone here.")
    private boolean utc;
  }

  /** Whether people are to read it, and not programs. */
  boolean isText(Terminal output) {
    if (given.json && given.output == Form.TEXT) {
      throw ClientException.usage("--json and --output text exclude each other");
    }
    Form form = given.output;
    return !given.json && (form == null ? output.isTerminal() : form == Form.TEXT);
  }

  /** How it is to look, for people. */
  Look look(Terminal output) {
    boolean coloured =
        switch (given.colour) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO ->
              output.isTerminal()
                  && environment.getOrDefault("NO_COLOR", "").isEmpty()
                  && !"dumb".equals(environment.get("TERM"));
        };
    boolean fits = output.isTerminal() || environment.containsKey("COLUMNS");
    return new Look(fits ? output.columns() : 0, coloured, zone(), given.oneLine);
  }

  private ZoneId zone() {
    try {
      return given.utc ? ZoneOffset.UTC : ZoneId.systemDefault();
    } catch (DateTimeException e) {
      return ZoneOffset.UTC; // Such as a TZ that Java does not know.
    }
  }

  /** Where standard output leads. */
  Terminal output() {
    return Terminal.output(environment);
  }
}
