package io.logagg.cli.reference;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The document {@code docs/cli.md}: what each command says of itself. */
public final class CommandMarkdown {
  private static final int WIDTH = 110;

  private CommandMarkdown() {}

  /**
   * All of it.
   *
   * @param root the program
   * @param preface what stands before the commands
   */
  public static String of(CommandLine root, String preface) {
    StringBuilder out = new StringBuilder(preface);
    for (CommandLine command : all(root)) {
      String name = command.getCommandSpec().qualifiedName().replace(rootName(root), "logagg");
      out.append("\n## ").append(name.equals("logagg") ? "logagg, without a command" : name);
      out.append("\n\n```\n").append(usage(command)).append("```\n");
    }
    return out.toString();
  }

  private static String rootName(CommandLine root) {
    return root.getCommandSpec().name();
  }

  /** As it is printed, but the same on each terminal. */
  private static String usage(CommandLine command) {
    command.setUsageHelpAutoWidth(false);
    command.setUsageHelpWidth(WIDTH);
    StringBuilder out = new StringBuilder();
    command
        .getUsageMessage(Ansi.OFF)
        .lines()
        .forEach(line -> out.append(line.stripTrailing()).append('\n'));
    return out.toString();
  }

  private static List<CommandLine> all(CommandLine command) {
    List<CommandLine> all = new ArrayList<>(List.of(command));
    Set<CommandLine> below = new LinkedHashSet<>(command.getSubcommands().values());
    below.forEach(sub -> all.addAll(all(sub)));
    return all;
  }
}
