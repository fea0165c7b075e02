package io.logagg.cli;

import io.logagg.cli.client.Address;
import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.read.Export;
import io.logagg.cli.read.Export.Form;
import io.logagg.cli.read.NewFile;
import io.logagg.cli.screen.Output;
import io.logagg.cli.screen.ProgressLine;
import io.logagg.cli.screen.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes all records that match to standard output or a file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes all records that match, the oldest first, as NDJSON or CSV. What it writes as NDJSON, import takes.",
      "A file is there only once it is whole: until then it is FILE.part, which is removed if the export breaks off."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all is written",
      "1:it broke off: what is on standard output is not all",
      "2:wrong usage, or a query that cannot be read",
      "130:interrupted",
      "141:nobody reads the output any more"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  logagg export --app shop --since 7d > shop.ndjson",
      "  logagg export --app shop --output-file shop.ndjson.gz",
      "  logagg export --format csv 'level:>=ERROR' --output-file errors.csv"
    })
public final class ExportCommand implements Callable<Integer> {
  private static final long BUSY_LIMIT_MS = 120_000;

  @Mixin private FilterOptions filter = new FilterOptions();

  @Option(
      names = {"-f", "--output-file"},
      paramLabel = "FILE",
      description = "Instead of standard output. Compressed if its name ends with .gz or .zst.")
  private @Nullable Path file;

  @Option(names = "--force", description = "Replace the file if it is there.")
  private boolean force;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).",
      defaultValue = "ndjson")
  private Shape format = Shape.NDJSON;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "Most records; all without it.")
  private @Nullable Integer limit;

  @Option(names = "--newest-first", description = "The newest first.")
  private boolean newestFirst;

  @Mixin private ServerOptions server = new ServerOptions();

  /** How records are written. */
  enum Shape {
    NDJSON(Form.NDJSON),
    CSV(Form.CSV);

    private final Form form;

    Shape(Form form) {
      this.form = form;
    }

    /** As it is written. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    if (limit != null && limit < 1) {
      throw ClientException.usage("--limit must be 1 or more");
    }
    Path to = file;
    if (to != null && !force && Files.exists(to)) {
      throw ClientException.usage("%s is there already (see --force)".formatted(to));
    }
    ApiClient client = server.client();
    Address list =
        filter
            .on("/api/v1/logs")
            .with("order", newestFirst ? "desc" : "asc")
            .with("limit", limit == null ? null : limit.toString());
    Terminal terminal = Terminal.error(System.getenv());
    ProgressLine progress = new ProgressLine(System.err, terminal, System::nanoTime);
    Export export =
        new Export(
            client, ServerOptions.retry(BUSY_LIMIT_MS, why -> progress.tell("logagg: " + why)));
    try {
      long records =
          to == null ? toOutput(export, list, progress) : toFile(export, list, to, progress);
      progress.clear();
      if (to != null) {
        System.err.printf(
            "%s records in %.1f s%n", ProgressLine.count(records), progress.seconds());
      }
      return ExitCode.OK;
    } finally {
      progress.clear();
    }
  }

  private long toOutput(Export export, Address list, ProgressLine progress)
      throws InterruptedException {
    Output output = Output.standard();
    try {
      long records = run(export, list, output::write, progress);
      output.flush();
      return records;
    } catch (IOException e) {
      throw new IllegalStateException("nothing here is a file", e);
    } catch (ClientException e) {
      output.flush();
      throw e;
    }
  }

  private long toFile(Export export, Address list, Path to, ProgressLine progress)
      throws InterruptedException {
    try (NewFile whole = NewFile.begin(to)) {
      // Also when interrupted, nothing stays that looks like an export.
      Thread removal = new Thread(() -> closeQuietly(whole), "remove-part");
      Runtime.getRuntime().addShutdownHook(removal);
      long records = run(export, list, whole::write, progress);
      whole.keep();
      return records;
    } catch (IOException e) {
      throw ClientException.failed(
          "%s cannot be written: %s".formatted(to, ServerOptions.fault(e)));
    }
  }

  /** Where the bytes go. */
  private interface Sink {
    void write(byte[] bytes, int count) throws IOException;
  }

  private long run(Export export, Address list, Sink sink, ProgressLine progress)
      throws IOException, InterruptedException {
    long[] written = new long[1];
    return export.run(
        list,
        format.form,
        (bytes, count, soFar) -> {
          sink.write(bytes, count);
          written[0] += count;
          progress.show(new ProgressLine.State("export", written[0], 0, soFar));
        });
  }

  private static void closeQuietly(NewFile file) {
    try {
      file.close();
    } catch (IOException e) {
      System.err.println("logagg: the unfinished file cannot be removed: " + e.getMessage());
    }
  }
}
