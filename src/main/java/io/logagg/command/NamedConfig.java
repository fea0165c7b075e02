package io.logagg.command;

import io.logagg.config.ConfigLoader;
import io.logagg.config.LoadedConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The configuration that a command is given, and what it takes to read one. Stateless. */
public final class NamedConfig {
  /** The option that names it. */
  public static final String OPTION = "-conf";

  private NamedConfig() {}

  /**
   * For one command. What is to be said is said by that, unless somebody looks for more: so it is
   * to be called before anything is logged.
   */
  public static Vertx vertx() {
    if (System.getenv("LOGAGG_LOG_LEVEL") == null) {
      System.setProperty("LOGAGG_LOG_LEVEL", "OFF");
    }
    return Vertx.vertx(
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false)));
  }

  /**
   * Reads it, as a server does.
   *
   * @param own what the command's option names; null for what was named before the command
   */
  public static Future<LoadedConfig> load(
      Vertx vertx, @Nullable String own, @Nullable CommandSpec command) {
    String named = own;
    for (CommandSpec at = command; named == null && at != null; at = at.parent()) {
      OptionSpec option = at.findOption(OPTION);
      named = option == null ? null : option.getValue();
    }
    return new ConfigLoader(vertx, System.getenv()).load(named);
  }
}
