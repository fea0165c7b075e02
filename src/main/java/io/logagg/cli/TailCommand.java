package io.logagg.cli;

import io.logagg.cli.client.Address;
import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.follow.Tail;
import io.logagg.cli.read.Pages;
import io.logagg.cli.screen.LogLineReader;
import io.logagg.cli.screen.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints records as they are stored. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the newest records that match, and then those that are stored, as they are. Ctrl-C ends it.",
      "When the connection breaks or the server restarts, it goes on where it was, and says on standard error if records may be missing."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "1:the server was away at the start, or refuses",
      "2:wrong usage, or a query that cannot be read",
      "130:interrupted, by which it ends",
      "141:nobody reads the output any more"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  logagg tail",
      "  logagg tail --app shop 'level:>=WARN'",
      "  logagg tail --since 1h -n 500 timeout",
      "  logagg tail -n 0 --json | jq --unbuffered .message"
    })
public final class TailCommand implements Callable<Integer> {
  private static final int DEFAULT_LINES = 10;
  private static final int DEFAULT_LINES_SINCE = 1000;
  private static final int MAX_LINES = 100_000;
  private static final long BUSY_LIMIT_MS = 30_000;

  @Mixin private FilterOptions filter = new FilterOptions();

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      description =
          "So many of those that are stored already, at most; 0 for none (default 10, with --since 1000).")
  private @Nullable Integer lines;

  @Mixin private LookOptions look = new LookOptions();
  @Mixin private ServerOptions server = new ServerOptions();

  @Override
  public Integer call() throws InterruptedException {
    int before = lines();
    RecordPrinter printer = RecordPrinter.of(look, Output.standard());
    ApiClient client = server.client();
    Tail.Listener listener =
        new Tail.Listener() {
          @Override
          public Set<String> begin() throws InterruptedException {
            List<byte[]> newest = newest(client, before);
            printer.print(newest);
            return ids(newest);
          }

          @Override
          public void records(List<byte[]> records) {
            printer.print(records);
          }

          @Override
          public void note(String text) {
            System.err.println("logagg: " + text);
          }
        };
    new Tail(
            client, filter.on("/api/v1/logs/tail"), listener, Thread::sleep, new SplittableRandom())
        .run();
    return ExitCode.OK;
  }

  private int lines() {
    Integer given = lines;
    if (given == null) {
      return filter.hasBegin() ? DEFAULT_LINES_SINCE : DEFAULT_LINES;
    }
    if (given < 0 || given > MAX_LINES) {
      throw ClientException.usage("--lines must be 0 to " + MAX_LINES);
    }
    return given;
  }

  private List<byte[]> newest(ApiClient client, int count) throws InterruptedException {
    Address list = filter.on("/api/v1/logs").with("order", "desc");
    List<byte[]> all = new ArrayList<>();
    if (count > 0) {
      Pages pages = new Pages(client, ServerOptions.retry(BUSY_LIMIT_MS, why -> {}), list, count);
      for (List<byte[]> page = pages.next(); !page.isEmpty(); page = pages.next()) {
        all.addAll(page);
      }
      Collections.reverse(all);
    }
    return all;
  }

  private static Set<String> ids(List<byte[]> records) {
    LogLineReader reader = new LogLineReader();
    Set<String> ids = new HashSet<>();
    for (byte[] record : records) {
      try {
        ids.add(reader.read(record).id());
      } catch (IOException e) {
        throw ClientException.failed("the server sent a record that cannot be read");
      }
    }
    return ids;
  }
}
