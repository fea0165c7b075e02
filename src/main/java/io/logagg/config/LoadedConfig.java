package io.logagg.config;

import java.util.List;

/**
 * A configuration that can be used.
 *
 * @param config the checked values
 * @param warnings what looks like a mistake but stops nothing, one line each, without secrets
 * @param settings all keys with their values, in the order of their table, without secrets
 */
public record LoadedConfig(Config config, List<String> warnings, List<Setting> settings) {

  public LoadedConfig {
    warnings = List.copyOf(warnings);
    settings = List.copyOf(settings);
  }
}
