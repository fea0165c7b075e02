package io.logagg.config;

import java.util.List;
import java.util.Map;

/**
 * What of records is not kept.
 *
 * @param builtin names of rules that are there
 * @param patterns further ones as {@code name=regular expression}
 * @param fields fields of {@code metadata_} whose values are replaced whole
 */
public record RedactionConfig(List<String> builtin, List<String> patterns, List<String> fields) {
  /** Every text is looked through with each. */
  static final int PATTERNS_MAX = 32;

  static final int FIELDS_MAX = 256;

  public RedactionConfig {
    builtin = List.copyOf(builtin);
    patterns = List.copyOf(patterns);
    fields = List.copyOf(fields);
  }

  /** Regular expressions by name. */
  public Map<String, String> expressions() {
    return Pairs.of(patterns);
  }
}
