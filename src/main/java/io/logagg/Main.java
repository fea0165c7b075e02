package io.logagg;

import io.logagg.bench.BenchCommand;
import io.logagg.check.CheckCommand;
import io.logagg.cli.CompletionCommand;
import io.logagg.cli.ExportCommand;
import io.logagg.cli.ImportCommand;
import io.logagg.cli.QueryCommand;
import io.logagg.cli.TailCommand;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.screen.OutputException;
import io.logagg.cli.screen.SafeText;
import io.logagg.config.ConfigException;
import io.logagg.config.LogVariables;
import io.logagg.keys.KeysCommand;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. Nothing but the command that is asked for is loaded: commands are to answer at
 * once.
 */
@Command(
    name = "java -jar logagg-fat.jar",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      QueryCommand.class,
      TailCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      CheckConfigCommand.class,
      KeysCommand.class,
      CheckCommand.class,
      BenchCommand.class,
      CompletionCommand.class
    },
    description = {
      "A log aggregator on Redis Streams and PostgreSQL. Without a command it starts the server, and brings both along where none are configured.",
      "COMMAND --help tells of each command. The examples there call all of this logagg, as completion makes it."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:it could not be done, or not all of it",
      "2:wrong usage, or a configuration that is no good",
      "130:interrupted; 143: ended by SIGTERM",
      "141:nobody reads the output any more"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar logagg-fat.jar                        start",
      "  java -jar logagg-fat.jar -conf conf.json",
      "  source <(java -jar logagg-fat.jar completion bash)",
      "  logagg import --app shop app.log.1.gz           bring a file in",
      "  logagg query 'level:>=WARN' --since 1h          look at it",
      "  logagg tail --app shop                          follow",
      "  logagg export --app shop > shop.ndjson          take it out"
    })
public final class Main implements Callable<Integer> {
  /** As of a program that SIGPIPE ends. */
  private static final int UNREAD = 141;

  @Option(
      names = {"-conf", "--conf"},
      paramLabel = "FILE",
      description = "Configuration: a JSON file, or a JSON object written out.")
  private @Nullable String conf;

  /** Tells the version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"logagg " + ProcessName.version()};
    }
  }

  public static void main(String[] args) {
    // Numbers in names, settings and answers are the same everywhere.
    Locale.setDefault(Locale.ROOT);
    int status = run(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  private static int run(String[] args) {
    try {
      LogVariables.check(System.getenv());
    } catch (ConfigException e) {
      System.err.println("logagg: " + e.getMessage());
      return ExitCode.USAGE;
    }
    return commandLine().execute(args);
  }

  /** All commands. */
  static CommandLine commandLine() {
    CommandLine all = new CommandLine(new Main());
    versions(all);
    return all.setParameterExceptionHandler(Main::refuseArguments)
        .setExecutionExceptionHandler(Main::tell)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  /** Each command has the option. */
  private static void versions(CommandLine command) {
    command.getCommandSpec().versionProvider(new Version());
    command.getSubcommands().values().forEach(Main::versions);
  }

  /** In one line, as everything else that is wrong at the start. */
  private static int refuseArguments(ParameterException e, String[] args) {
    List<String> meant =
        e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    System.err.printf(
        "logagg: %s; %ssee %s --help%n",
        e.getMessage(),
        meant.isEmpty() ? "" : "did you mean " + meant.get(0) + "? ",
        e.getCommandLine().getCommandSpec().qualifiedName());
    return ExitCode.USAGE;
  }

  /** What a command says of why it ended; anything else is a bug, and shown as one. */
  private static int tell(Exception e, CommandLine command, ParseResult args) throws Exception {
    if (e instanceof ClientException client) {
      System.err.println("logagg: " + SafeText.line(client.text()));
      return client.status();
    }
    if (e instanceof OutputException output) {
      if (!output.isUnread()) {
        System.err.println("logagg: " + SafeText.line(String.valueOf(output.getMessage())));
      }
      return output.isUnread() ? UNREAD : ClientException.FAILED;
    }
    throw e;
  }

  /** Returns once the server is started; its threads keep the program alive. */
  @Override
  public Integer call() throws InterruptedException {
    return Start.run(conf);
  }
}
