package io.logagg.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used. The message is a single line that names every problem. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigProblem> problems;

  /**
   * @param source what was read, such as the file's name
   * @param problems all that is wrong, at least one
   */
  public ConfigException(String source, List<ConfigProblem> problems) {
    super(
        "Configuration (%s): ".formatted(source)
            + problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong, in the order of the table of keys. */
  public List<ConfigProblem> problems() {
    return problems;
  }
}
