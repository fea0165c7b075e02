package io.logagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.cli.reference.CommandMarkdown;
import io.logagg.cli.reference.ShellCompletion;
import io.logagg.cli.reference.ShellCompletion.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is made of the commands: their document, and completion. */
final class CliDocumentTest {
  private static final Path DOCUMENT = Path.of("docs/cli.md");
  private static final String COMMANDS = "<!-- commands: made of the code, CliDocumentTest -->\n";

  @Test
  void shouldShowTheCommandsAsTheyAre() throws IOException {
    String document = Files.readString(DOCUMENT);
    int at = document.indexOf(COMMANDS);
    assertTrue(at >= 0, DOCUMENT + " lacks the mark before the commands");
    String preface = document.substring(0, at + COMMANDS.length());
    String expected = CommandMarkdown.of(Main.commandLine(), preface);
    Path made = Files.createDirectories(Path.of("target")).resolve("cli.md");
    Files.writeString(made, expected);
    assertEquals(expected, document, "copy " + made + " to " + DOCUMENT);
  }

  /** In text that is 80 columns wide, as most terminals are at least. */
  @Test
  void shouldSayHowEveryCommandEnds() {
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      String usage = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
      assertTrue(usage.contains("--help"), usage);
      assertTrue(usage.lines().findFirst().orElse("").startsWith("Usage: "), usage);
    }
  }

  @Test
  void shouldCompleteWordsInBash() throws IOException, InterruptedException {
    String script =
        ShellCompletion.script(Main.commandLine(), Shell.BASH, "/opt/my java/java", "/it's/l.jar");
    assertTrue(script.contains("'/opt/my java/java' "), "the path of java is quoted");
    assertTrue(script.contains("'/it'\\''s/l.jar'"), "the path of the jar is quoted");
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                script
                    + """

                    COMP_WORDS=(logagg query --o); COMP_CWORD=2
                    _complete_logagg
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """)
            .redirectErrorStream(true)
            .start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor(), out);
    List<String> completed = out.lines().map(String::strip).toList();
    assertTrue(completed.containsAll(List.of("--output", "--order", "--one-line")), out);
  }
}
