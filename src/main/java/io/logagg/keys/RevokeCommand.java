package io.logagg.keys;

import io.logagg.command.CommandDatabase;
import io.logagg.command.CommandException;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Ends a key. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description = "Revokes an API key: within seconds no process takes it any more.")
final class RevokeCommand implements Callable<Integer> {
  @Mixin private CommandDatabase database = new CommandDatabase();

  @Parameters(paramLabel = "ID", description = "The part of the key between its underscores.")
  private String id = "";

  @Override
  public Integer call() throws InterruptedException {
    return KeyWork.run(
        database,
        store ->
            store
                .revoke(id)
                .compose(revoked -> revoked ? said() : Future.failedFuture(notThere(id))));
  }

  private Future<Integer> said() {
    System.err.println("Revoked " + id + ".");
    return Future.succeededFuture(ExitCode.OK);
  }

  static CommandException notThere(String id) {
    return new CommandException("there is no key " + id + ", or it is revoked");
  }
}
