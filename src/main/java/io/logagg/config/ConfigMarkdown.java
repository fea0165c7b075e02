package io.logagg.config;

/** The keys of the configuration as a Markdown table, for the README. */
public final class ConfigMarkdown {
  private ConfigMarkdown() {}

  /** All keys, one a line. */
  public static String table() {
    StringBuilder out =
        new StringBuilder("| key | default | range or form | environment | what it is |\n");
    out.append("|---|---|---|---|---|\n");
    for (ConfigKey key : ConfigTable.KEYS) {
      String older = key.olderEnvironmentName();
      out.append("| `%s` ".formatted(key.path()))
          .append("| `%s` ".formatted(ConfigTable.defaultText(key)))
          .append("| %s ".formatted(key.type().summary()))
          .append("| `%s`".formatted(key.environmentName()))
          .append(older == null ? " " : ", `%s` ".formatted(older))
          .append("| %s |\n".formatted(key.description()));
    }
    return out.toString();
  }
}
