package io.logagg;

import io.logagg.config.Config;
import io.logagg.config.FieldsConfig;
import io.logagg.config.RedactionConfig;
import io.logagg.filter.regex.Regex;
import io.logagg.filter.regex.RegexSyntaxException;
import io.logagg.protocol.FieldNames;
import io.logagg.protocol.FieldPath;
import io.logagg.protocol.RecordRules;
import io.logagg.protocol.redact.BuiltinRule;
import io.logagg.protocol.redact.PatternRule;
import io.logagg.protocol.redact.Redaction;
import io.logagg.protocol.redact.SecretRule;
import io.logagg.record.Defaults;
import io.logagg.telemetry.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is done with the fields of all records of this process, as configured. */
final class ConfiguredRules {
  private ConfiguredRules() {}

  /** The rules, the same for all roles, with a counter each. */
  static RecordRules of(Config config, Metrics metrics) {
    FieldsConfig fields = config.fields();
    Redaction redaction = redaction(config.redaction());
    redaction
        .counts()
        .forEach(
            (rule, count) ->
                metrics.counter(
                    "logagg.redactions",
                    "Secrets that were replaced in records and dead letters",
                    count::getAsLong,
                    "rule",
                    rule));
    Map<String, String> added = new LinkedHashMap<>(fields.constants());
    Defaults constants =
        new Defaults(added.remove("app"), added.remove("service"), added.remove("level"));
    return new RecordRules(
        new FieldNames(
            paths(fields.message()),
            paths(fields.timestamp()),
            paths(fields.level()),
            paths(fields.app()),
            paths(fields.service())),
        constants,
        added,
        paths(fields.drop()),
        redaction);
  }

  private static List<FieldPath> paths(List<String> names) {
    return names.stream().map(FieldPath::of).toList();
  }

  private static Redaction redaction(RedactionConfig config) {
    List<SecretRule> rules = new ArrayList<>();
    // In their own order: the password of a URL is none of an e-mail address.
    Stream.of(BuiltinRule.values())
        .filter(rule -> config.builtin().contains(rule.label()))
        .forEach(rule -> rules.add(rule.rule()));
    config.expressions().forEach((name, regex) -> rules.add(pattern(name, regex)));
    return new Redaction(
        rules, config.fields().stream().map(FieldPath::of).map(FieldPath::whole).toList());
  }

  private static SecretRule pattern(String name, String regex) {
    try {
      return new PatternRule(name, Regex.parse(regex).pattern());
    } catch (RegexSyntaxException e) {
      throw new StartException(
          "redaction.patterns: %s, at character %d: expected %s"
              .formatted(name, e.index() + 1, e.getMessage()),
          e);
    }
  }
}
