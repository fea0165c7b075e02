package io.logagg.cli;

import io.logagg.cli.client.Address;
import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.client.Reply;
import io.logagg.cli.client.Retry;
import io.logagg.cli.screen.ProgressLine;
import io.logagg.cli.screen.Terminal;
import io.logagg.cli.upload.FileImport;
import io.logagg.cli.upload.FileImport.Result;
import io.logagg.cli.upload.FileImport.Settings;
import io.logagg.cli.upload.ImportNotes;
import io.logagg.cli.upload.TextFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings files of records in. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Imports files: NDJSON, or text with a message a line (lines of a stack trace are one); gzip and zstd are recognised.",
      "Broken off, it is run again and goes on: nothing is stored twice, also after kill -9, and also if the file was renamed or compressed meanwhile. Of a file that has grown, what is new is imported. Lines that cannot be used become dead letters."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all is imported, or was before",
      "1:not all: the server is away or refuses, a file cannot be read to its end, or lines cannot be used",
      "2:wrong usage",
      "130:interrupted: the same command goes on"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  logagg import --app shop app.log.2.gz app.log.1",
      "  logagg import shop.ndjson.zst --rejects bad.ndjson",
      "  kubectl logs deploy/shop | logagg import --app shop -"
    })
public final class ImportCommand implements Callable<Integer> {
  private static final int NOT_ALL = 1;
  private static final int MAX_CONNECTIONS = 64;
  private static final String STANDARD_INPUT = "-";

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "What to import; - for standard input, which is not recognised when it comes again.")
  private List<String> files = List.of();

  @Option(
      names = {"-a", "--app"},
      paramLabel = "APP",
      description = "App of records that name none; lines of text name none.")
  private @Nullable String app;

  @Option(
      names = {"-s", "--service"},
      paramLabel = "SERVICE",
      description = "Service of records that name none.")
  private @Nullable String service;

  @Option(
      names = {"-l", "--level"},
      paramLabel = "LEVEL",
      description = "Level of records that name none (INFO without it).")
  private @Nullable String level;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description =
          "${COMPLETION-CANDIDATES}. Without it: ndjson if the file begins with a brace, else text.")
  private @Nullable TextFormat format;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Add the lines that cannot be used to that file, too.")
  private @Nullable Path rejects;

  @Option(names = "--again", description = "Import what was imported before once more.")
  private boolean again;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Requests at once (default ${DEFAULT-VALUE}).",
      defaultValue = "4")
  private int connections = 4;

  @Option(
      names = "--give-up-after",
      paramLabel = "SPAN",
      description =
          "How long to try again while the server is away or has too much to do (default ${DEFAULT-VALUE}).",
      defaultValue = "5m")
  private String giveUpAfter = "5m";

  @Option(
      names = "--state-dir",
      paramLabel = "FOLDER",
      description =
          "Where it is noted how far files are imported (default $XDG_STATE_HOME/logagg/imports, or ~/.local/state/logagg/imports).")
  private @Nullable Path stateFolder;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print neither progress nor a summary.")
  private boolean quiet;

  @Mixin private ServerOptions server = new ServerOptions();

  @Override
  public Integer call() throws InterruptedException {
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      throw ClientException.usage("--connections must be 1 to " + MAX_CONNECTIONS);
    }
    long giveUpMs = ServerOptions.millis("--give-up-after", giveUpAfter);
    ApiClient client = server.client();
    awaitServer(client);
    Terminal terminal = Terminal.error(System.getenv());
    ProgressLine progress =
        new ProgressLine(
            System.err,
            new Terminal(terminal.isTerminal() && !quiet, terminal.columns()),
            System::nanoTime);
    Settings settings =
        new Settings(
            format,
            app,
            service,
            level,
            connections,
            !client.access().isLocal(),
            new ImportNotes(stateFolder()),
            again);
    Retry retry =
        ServerOptions.retry(giveUpMs, new OncePerWhile(progress, System::nanoTime)).evenWhenAway();
    try (RejectLog log = new RejectLog(progress, rejects)) {
      FileImport imports =
          new FileImport(
              client,
              retry,
              settings,
              new ImportScreen(progress, log),
              InstantSource.system()::millis,
              () -> UUID.randomUUID().toString());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(imports), "note-import"));
      boolean all = true;
      for (String file : files) {
        all &= run(imports, file, progress);
      }
      return all ? ExitCode.OK : NOT_ALL;
    } catch (IOException e) {
      throw ClientException.failed("--rejects %s: %s".formatted(rejects, ServerOptions.fault(e)));
    } finally {
      progress.clear();
    }
  }

  /** Whoever has a wrong URL is told at once, and not after minutes of trying. */
  private static void awaitServer(ApiClient client) throws InterruptedException {
    try (Reply reply = client.get(new Address("/health/live"), Map.of())) {
      reply.bytes();
    } catch (IOException e) {
      throw client.away(e);
    }
  }

  private boolean run(FileImport imports, String file, ProgressLine progress)
      throws InterruptedException {
    double begin = progress.seconds();
    try {
      Result result =
          file.equals(STANDARD_INPUT) ? imports.stream(System.in) : imports.file(Path.of(file));
      progress.clear();
      if (!quiet) {
        System.out.println(summary(file, result, progress.seconds() - begin));
      }
      if (result.incomplete() != null) {
        System.err.printf("logagg: %s: %s%n", file, result.incomplete());
      }
      return result.incomplete() == null && result.rejected() == 0;
    } catch (IOException e) {
      throw ClientException.failed(file + ": " + ServerOptions.fault(e));
    }
  }

  static String summary(String file, Result result, double seconds) {
    if (result.records() == 0 && result.rejected() == 0) {
      return result.linesBefore() == 0
          ? file + ": no records"
          : "%s: nothing new; %s lines were imported before (--again imports them once more)"
              .formatted(file, ProgressLine.count(result.linesBefore()));
    }
    StringBuilder text = new StringBuilder(file);
    text.append(": ").append(ProgressLine.count(result.records())).append(" records imported");
    if (result.rejected() > 0) {
      text.append(", ").append(ProgressLine.count(result.rejected())).append(" cannot be used");
    }
    if (result.linesBefore() > 0) {
      text.append(", behind ")
          .append(ProgressLine.count(result.linesBefore()))
          .append(" lines of before");
    }
    long perSecond = (long) (result.records() / Math.max(1e-3, seconds));
    return text.append(
            String.format(Locale.ROOT, ", %.1f s, %s/s", seconds, ProgressLine.count(perSecond)))
        .toString();
  }

  private Path stateFolder() {
    Path given = stateFolder;
    if (given != null) {
      return given;
    }
    String state = System.getenv().getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.startsWith("/")
            ? Path.of(state)
            : Path.of(System.getProperty("user.home"), ".local", "state");
    return base.resolve("logagg").resolve("imports");
  }

  /** With the process. */
  private static void interrupted(FileImport imports) {
    try {
      if (imports.interrupt()) {
        System.err.println("\nlogagg: interrupted; run the same command again to go on");
      }
    } catch (IOException e) {
      System.err.println("\nlogagg: how far it came cannot be noted: " + e.getMessage());
    }
  }
}
