package io.logagg.cli;

import io.logagg.cli.client.Address;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which records are meant, the same for all commands as for all paths of the API. */
final class FilterOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "QUERY",
      description =
          "In the query language (docs/query.md): words, \"phrases\", field:value, level:>=WARN, AND, OR, NOT. Several are one, with blanks between. Put -- before one that begins with -.")
  private List<String> query = List.of();

  @ArgGroup(validate = false, heading = "%nFilters:%n")
  private Given given = new Given();

  private static final class Given {
    @Option(
        names = {"-a", "--app"},
        paramLabel = "APP",
        description = "Of this app; may be given repeatedly, or as a list with commas.")
    private List<String> apps = List.of();

    @Option(
        names = {"-l", "--level"},
        paramLabel = "LEVEL",
        description =
            "Of exactly this level; may be given repeatedly. For all from one up: level:>=WARN in the query.")
    private List<String> levels = List.of();

    @Option(
        names = {"-s", "--service"},
        paramLabel = "SERVICE",
        description = "Of this service; may be given repeatedly.")
    private List<String> services = List.of();

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "From then on: so long ago (15m, 2h, 7d), or 2026-11-24T08:00:00Z.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Before then, the same way.")
    private @Nullable String until;
  }

  /** The path with all of that as its parameters. */
  Address on(String path) {
    String text = String.join(" ", query);
    return new Address(path)
        .with("q", text.isBlank() ? null : text)
        .with("app", given.apps)
        .with("level", given.levels)
        .with("service", given.services)
        .with("since", given.since)
        .with("until", given.until);
  }

  /** Whether the records of some time are wanted. */
  boolean hasBegin() {
    return given.since != null;
  }
}
