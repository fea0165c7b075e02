package io.logagg.config;

import io.logagg.config.ConfigRules.Rule;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What must hold of the names in {@code fields} and {@code redaction}. */
final class FieldRules {
  private static final Set<String> EXACT =
      Set.of("message", "timestamp", "level", "app", "service", "id", "metadata_");

  static final List<Rule> RULES =
      List.of(
          atMost("fields.message", c -> c.fields().message(), FieldsConfig.NAMES_MAX),
          atMost("fields.timestamp", c -> c.fields().timestamp(), FieldsConfig.NAMES_MAX),
          atMost("fields.level", c -> c.fields().level(), FieldsConfig.NAMES_MAX),
          atMost("fields.app", c -> c.fields().app(), FieldsConfig.NAMES_MAX),
          atMost("fields.service", c -> c.fields().service(), FieldsConfig.NAMES_MAX),
          atMost("fields.add", c -> c.fields().add(), FieldsConfig.NAMES_MAX),
          atMost("fields.drop", c -> c.fields().drop(), FieldsConfig.NAMES_MAX),
          atMost("redaction.patterns", c -> c.redaction().patterns(), RedactionConfig.PATTERNS_MAX),
          atMost("redaction.fields", c -> c.redaction().fields(), RedactionConfig.FIELDS_MAX),
          new Rule(
              List.of("fields.add"),
              c ->
                  c.fields().constants().size() < c.fields().add().size()
                      || c.fields().constants().keySet().stream()
                          .anyMatch(FieldsConfig.NO_CONSTANTS::contains),
              "must have each name once, and none of message, timestamp, id and metadata_"),
          new Rule(
              List.of("redaction.patterns"),
              c ->
                  c.redaction().expressions().size() < c.redaction().patterns().size()
                      || c.redaction().expressions().keySet().stream()
                          .anyMatch(FieldRules::isTaken),
              "must have each name once, and none of email, credit_card, bearer, url_password and field"),
          noExactName("fields.drop", c -> c.fields().drop()),
          noExactName("redaction.fields", c -> c.redaction().fields()));

  private FieldRules() {}

  private static boolean isTaken(String name) {
    return name.equals("field") || TextShape.REDACTION.fault(name) == null;
  }

  private static Rule atMost(String key, Function<Config, List<String>> names, int max) {
    return new Rule(
        List.of(key),
        c -> names.apply(c).size() > max,
        "must be a list of at most %d".formatted(max));
  }

  private static Rule noExactName(String key, Function<Config, List<String>> names) {
    return new Rule(
        List.of(key),
        c -> names.apply(c).stream().anyMatch(EXACT::contains),
        "must be fields of metadata_, not those that a record has beside it");
  }

  /** These and others. */
  static List<Rule> with(List<Rule> others) {
    return Stream.concat(others.stream(), RULES.stream()).toList();
  }
}
