package io.logagg.cli;

import io.logagg.cli.client.ClientException;
import io.logagg.cli.reference.ShellCompletion;
import io.logagg.cli.reference.ShellCompletion.Shell;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script for a shell. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description =
        "Prints a script that makes logagg a command of your shell, with this jar, and completes its words.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(java -jar logagg-fat.jar completion bash)",
      "  java -jar logagg-fat.jar completion zsh >> ~/.zshrc"
    })
public final class CompletionCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  private Shell shell = Shell.BASH;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("the parser gives every command its model");
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    System.out.print(
        ShellCompletion.script(spec.root().commandLine(), shell, java, jar().toString()));
    return ExitCode.OK;
  }

  private static Path jar() {
    try {
      return Path.of(
              CompletionCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toAbsolutePath();
    } catch (URISyntaxException e) {
      throw ClientException.failed("where this jar is cannot be said: " + e.getMessage());
    }
  }
}
