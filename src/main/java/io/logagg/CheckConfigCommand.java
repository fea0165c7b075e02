package io.logagg;

import io.logagg.command.NamedConfig;
import io.logagg.config.Config;
import io.logagg.config.ConfigException;
import io.logagg.config.LoadedConfig;
import io.logagg.config.Setting;
import io.logagg.telemetry.Metrics;
import io.logagg.tls.BadCertificateException;
import io.logagg.tls.Certificates;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads the configuration as a start would, and starts nothing. */
@Command(
    name = "check-config",
    mixinStandardHelpOptions = true,
    description = {
      "Reads the configuration, from the file and the environment, and prints what is wrong with it, as a start would. Starts nothing and connects to nothing; whether ports are free is not looked at.",
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:a server starts with it; what looks like a mistake all the same is told on standard error",
      "2:it does not"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  logagg check-config -conf conf.json",
      "  logagg check-config -conf conf.json --show | grep -v default"
    })
final class CheckConfigCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {NamedConfig.OPTION, "--conf"},
      paramLabel = "FILE",
      description = "Configuration: a JSON file, or a JSON object written out.")
  private @Nullable String conf;

  @Option(
      names = "--show",
      description = "Print every key with its value and where that is from, without secrets.")
  private boolean show;

  @Override
  public Integer call() throws InterruptedException {
    Vertx vertx = NamedConfig.vertx();
    try {
      LoadedConfig loaded = load(vertx);
      Config config = loaded.config();
      Metrics metrics = new Metrics();
      StartChecks.refuseWhatIsNotThere(config);
      ConfiguredRules.of(config, metrics);
      Certificates.open(vertx, config.http().tls(), InstantSource.system(), metrics);
      loaded.warnings().forEach(warning -> System.err.println("logagg: " + warning));
      if (show) {
        loaded.settings().forEach(CheckConfigCommand::print);
      } else {
        System.out.println("the configuration is good");
      }
      return ExitCode.OK;
    } catch (ConfigException | BadCertificateException | StartException e) {
      System.err.println("logagg: " + e.getMessage());
      return ExitCode.USAGE;
    } finally {
      vertx.close();
    }
  }

  private LoadedConfig load(Vertx vertx) throws InterruptedException {
    try {
      return NamedConfig.load(vertx, conf, spec).toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  private static void print(Setting setting) {
    System.out.printf(
        "%s = %s (%s)%n",
        setting.path(), setting.value(), setting.origin().isEmpty() ? "default" : setting.origin());
  }
}
