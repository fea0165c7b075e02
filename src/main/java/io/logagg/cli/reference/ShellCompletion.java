package io.logagg.cli.reference;

import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;

/** A script that makes {@code logagg} a command of a shell, whose words it completes. */
public final class ShellCompletion {
  private static final String NAME = "logagg";

  private ShellCompletion() {}

  /** Shells that it is there for. */
  public enum Shell {
    BASH,
    ZSH;

    /** As it is written. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The script.
   *
   * @param root the program, whose name is changed
   * @param java the program that runs it
   * @param jar where it is
   */
  public static String script(CommandLine root, Shell shell, String java, String jar) {
    root.setCommandName(NAME);
    String run =
        """
        # %1$s as a command, unless there is one.
        if ! command -v %1$s >/dev/null 2>&1; then
          %1$s() {
            case "${1-}" in
              # Short runs are not worth the second compiler, and need no threads to collect garbage.
              query|tail|export|keys|check-config|completion|-*|help)
                %2$s -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -jar %3$s "$@" ;;
              *) %2$s -jar %3$s "$@" ;;
            esac
          }
        fi
        """
            .formatted(NAME, quoted(java), quoted(jar));
    String zsh =
        shell == Shell.ZSH
            ? "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
            : "";
    return run + zsh + AutoComplete.bash(NAME, root);
  }

  /** For a shell, whatever is in it. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
