package io.logagg.cli.screen;

import java.util.Locale;

/** How a piece of text looks, as a terminal is told (ECMA-48, SGR). */
public enum Style {
  PLAIN(""),
  DIM("2"),
  BOLD("1"),
  SOURCE("36"),
  SEVERE("1;31"),
  ERROR("31"),
  WARN("33"),
  INFO("32");

  private final String codes;

  Style(String codes) {
    this.codes = codes;
  }

  /** That of a level's name. */
  static Style ofLevel(String level) {
    return switch (level.toUpperCase(Locale.ROOT)) {
      case "CRITICAL", "ALERT", "FATAL", "EMERGENCY" -> SEVERE;
      case "ERROR" -> ERROR;
      case "WARN" -> WARN;
      case "INFO", "NOTICE" -> INFO;
      case "DEBUG", "TRACE" -> DIM;
      default -> PLAIN;
    };
  }

  /** The text in this style; as it is where there are no colours. */
  public String of(String text, boolean coloured) {
    return coloured && !codes.isEmpty() && !text.isEmpty()
        ? "\u001B[" + codes + "m" + text + "\u001B[0m"
        : text;
  }
}
