package io.logagg.cli;

import io.logagg.cli.client.Address;
import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.read.Pages;
import io.logagg.cli.screen.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints records that are stored. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description =
        "Prints the newest records that match, the oldest of them first. On a terminal they are fitted to its width; in a pipe they are NDJSON.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done, also if nothing matches",
      "1:the server is away, or refuses",
      "2:wrong usage, or a query that cannot be read",
      "130:interrupted",
      "141:nobody reads the output any more"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  logagg query                                    the newest 100",
      "  logagg query --app shop --since 1h 'level:>=WARN'",
      "  logagg query 'timeout -service:worker' -n 1000 --json | jq .message",
      "  logagg query 'http.status:>=500' --order asc -n 10      the first there were"
    })
public final class QueryCommand implements Callable<Integer> {
  private static final int DEFAULT_LIMIT = 100;

  /** So many are held to be turned around. */
  private static final long MAX_HELD = 100_000;

  private static final long BUSY_LIMIT_MS = 30_000;

  @Mixin private FilterOptions filter = new FilterOptions();

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "Most records (default ${DEFAULT-VALUE}).")
  private long limit = DEFAULT_LIMIT;

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      description =
          "${COMPLETION-CANDIDATES}. desc: the newest, newest first. asc: the oldest, oldest first. Without it: the newest, oldest first.")
  private @Nullable Order order;

  @Mixin private LookOptions look = new LookOptions();
  @Mixin private ServerOptions server = new ServerOptions();

  /** Which come first. */
  enum Order {
    ASC,
    DESC;

    /** As it is written. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    if (limit < 1) {
      throw ClientException.usage("--limit must be 1 or more");
    }
    if (order == null && limit > MAX_HELD) {
      throw ClientException.usage(
          "a --limit beyond %d needs --order asc or desc; or use export".formatted(MAX_HELD));
    }
    RecordPrinter printer = RecordPrinter.of(look, Output.standard());
    ApiClient client = server.client();
    Address list = filter.on("/api/v1/logs").with("order", order == Order.ASC ? "asc" : "desc");
    Pages pages = new Pages(client, ServerOptions.retry(BUSY_LIMIT_MS, why -> {}), list, limit);
    List<byte[]> held = new ArrayList<>();
    for (List<byte[]> page = pages.next(); !page.isEmpty(); page = pages.next()) {
      if (order == null) {
        held.addAll(page);
      } else {
        printer.print(page);
      }
    }
    Collections.reverse(held);
    printer.print(held);
    return ExitCode.OK;
  }
}
