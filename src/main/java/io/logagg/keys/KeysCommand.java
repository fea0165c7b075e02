package io.logagg.keys;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands for API keys. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    subcommands = {
      CreateCommand.class,
      ListCommand.class,
      RotateCommand.class,
      RevokeCommand.class
    },
    description =
        "Makes and revokes API keys in the database of the configuration, without a key. An embedded PostgreSQL must be running.")
public final class KeysCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  /** None of its commands was named. */
  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(), "name one of " + String.join(", ", spec.subcommands().keySet()));
    }
  }
}
