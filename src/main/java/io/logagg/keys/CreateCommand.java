package io.logagg.keys;

import io.logagg.access.ApiKey.Draft;
import io.logagg.access.KeyLimits;
import io.logagg.access.KeyRules;
import io.logagg.access.KeyStore;
import io.logagg.access.KeyStore.Made;
import io.logagg.access.Scope;
import io.logagg.command.CommandDatabase;
import io.logagg.command.CommandException;
import io.logagg.record.AppAccess;
import io.logagg.record.TimeSpans;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a key, and prints nothing else on standard output. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description =
        "Makes an API key and prints it. It cannot be shown again: only its hash is kept.")
final class CreateCommand implements Callable<Integer> {
  private final InstantSource clock = InstantSource.system();
  @Mixin private CommandDatabase database = new CommandDatabase();

  @Option(names = "--name", required = true, description = "What it is for, for people.")
  private String name = "";

  @Option(
      names = "--scope",
      required = true,
      description = "ingest, read or admin (which includes the others); may be given repeatedly.")
  private List<String> scopes = List.of();

  @Option(
      names = "--app",
      description = "Restricts it to this app; may be given repeatedly. Without any: all apps.")
  private List<String> apps = List.of();

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description =
          "When it ends: after a span such as 90d, or at a time such as 2027-01-31T00:00:00Z.")
  private @Nullable String expires;

  @Option(names = "--records-per-second", description = "How many records it may bring in.")
  private @Nullable Long recordsPerSecond;

  @Option(names = "--bytes-per-second", description = "How many bytes it may bring in, inflated.")
  private @Nullable Long bytesPerSecond;

  @Override
  public Integer call() throws InterruptedException {
    Draft draft;
    try {
      draft = draft();
    } catch (CommandException e) {
      System.err.println("logagg: " + e.getMessage());
      return ExitCode.USAGE;
    }
    return KeyWork.run(database, store -> store.create(draft).compose(CreateCommand::show));
  }

  private Draft draft() {
    refuse("--name", KeyRules.name(name));
    refuse("--scope", KeyRules.scopes(scopes));
    refuse("--app", KeyRules.apps(apps));
    refuse("--records-per-second", limit(recordsPerSecond));
    refuse("--bytes-per-second", limit(bytesPerSecond));
    return new Draft(
        name,
        scopes.stream().flatMap(code -> Scope.of(code).stream()).collect(Collectors.toSet()),
        AppAccess.of(apps),
        expiresAtMicros(),
        new KeyLimits(recordsPerSecond, bytesPerSecond));
  }

  private static @Nullable String limit(@Nullable Long perSecond) {
    return perSecond == null ? null : KeyRules.limit(perSecond);
  }

  private @Nullable Long expiresAtMicros() {
    String text = expires;
    if (text == null) {
      return null;
    }
    long now = Timestamps.micros(clock.instant());
    OptionalLong span = TimeSpans.micros(text);
    OptionalLong time =
        span.isPresent() ? OptionalLong.of(now + span.getAsLong()) : Timestamps.parse(text);
    if (time.isEmpty()) {
      throw new CommandException(
          "--expires must be a span such as 90d, or a time such as 2027-01-31T00:00:00Z");
    }
    refuse("--expires", KeyRules.expiry(time.getAsLong(), now));
    return time.getAsLong();
  }

  private static void refuse(String option, @Nullable String wrong) {
    if (wrong != null) {
      throw new CommandException(option + " " + wrong);
    }
  }

  private static Future<Integer> show(Optional<Made> made) {
    if (made.isEmpty()) {
      return Future.failedFuture(
          new CommandException("there are " + KeyStore.MAX + " keys: revoke some first"));
    }
    KeyTable.show(made.get());
    System.err.println("Keep it now: it cannot be shown again.");
    return Future.succeededFuture(ExitCode.OK);
  }
}
