package io.logagg.keys;

import io.logagg.access.KeyRules;
import io.logagg.access.KeyStore.Made;
import io.logagg.command.CommandDatabase;
import io.logagg.record.TimeSpans;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a key another secret, and prints nothing else on standard output. */
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    description = "Gives an API key another secret and prints the new key.")
final class RotateCommand implements Callable<Integer> {
  @Mixin private CommandDatabase database = new CommandDatabase();

  @Parameters(paramLabel = "ID", description = "The part of the key between its underscores.")
  private String id = "";

  @Option(
      names = "--grace",
      paramLabel = "SPAN",
      description =
          "How long the key before still holds, such as 1h; at most 7d, not at all by default.")
  private String grace = "0s";

  @Override
  public Integer call() throws InterruptedException {
    OptionalLong micros = TimeSpans.micros(grace);
    long seconds = TimeUnit.MICROSECONDS.toSeconds(micros.orElse(0));
    if (micros.isEmpty() || seconds > KeyRules.MAX_GRACE_SECONDS) {
      System.err.println("logagg: --grace must be a span such as 90s, 1h or 2d, 7d at most");
      return ExitCode.USAGE;
    }
    return KeyWork.run(
        database, store -> store.rotate(id, (int) seconds).compose(made -> show(made, seconds)));
  }

  private Future<Integer> show(Optional<Made> made, long seconds) {
    if (made.isEmpty()) {
      return Future.failedFuture(RevokeCommand.notThere(id));
    }
    KeyTable.show(made.get());
    System.err.println(
        seconds == 0
            ? "The key before no longer holds."
            : "The key before holds for another " + grace + ".");
    return Future.succeededFuture(ExitCode.OK);
  }
}
