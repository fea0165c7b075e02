package io.logagg.config;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns what was read into a {@link Config}, or into the list of all that is wrong with it. For one
 * use.
 */
final class ConfigChecker {
  private final ConfigSource source;
  private final EnvironmentOverrides overrides;
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final Set<String> faultyKeys = new HashSet<>();
  private final Map<String, @Nullable Object> values = ConfigTable.defaultValues();

  /**
   * @param source the file as it stands
   * @param overrides the environment
   */
  ConfigChecker(ConfigSource source, EnvironmentOverrides overrides) {
    this.source = source;
    this.overrides = overrides;
  }

  /**
   * @param merged the file with the environment laid over it
   * @throws ConfigException if anything is wrong
   */
  LoadedConfig check(JsonObject merged) {
    source.problem().ifPresent(problems::add);
    overrides.problems().forEach(this::report);
    checkNames(source.json(), "");
    ConfigTable.KEYS.forEach(key -> readValue(key, merged));
    Config config = ConfigBinder.bind(values);
    if (source.problem().isEmpty()) { // Else most values are not what was meant.
      ConfigRules.RULES.forEach(rule -> apply(rule, config));
    }
    if (!problems.isEmpty()) {
      List<String> order = List.copyOf(ConfigTable.paths());
      problems.sort(Comparator.comparingInt(problem -> order.indexOf(problem.key())));
      throw new ConfigException(source.name(), problems);
    }
    return new LoadedConfig(
        config,
        overrides.warnings(),
        ConfigTable.KEYS.stream()
            .map(key -> Setting.of(key, values.get(key.path()), origin(key)))
            .toList());
  }

  /** Where the value of a key that is right was set; empty for the default. */
  private String origin(ConfigKey key) {
    String variable = overrides.origins().get(key.path());
    if (variable != null) {
      return variable;
    }
    return isIn(source.json(), key.path()) ? source.name() : "";
  }

  private static boolean isIn(JsonObject object, String path) {
    int dot = path.indexOf('.');
    return dot < 0
        ? object.containsKey(path)
        : object.getValue(path.substring(0, dot)) instanceof JsonObject section
            && isIn(section, path.substring(dot + 1));
  }

  /** Reports keys that do not exist, and values where an object with keys is due. */
  private void checkNames(JsonObject object, String prefix) {
    for (String name : object.fieldNames()) {
      String path = prefix + name;
      Object value = object.getValue(name);
      if (name.indexOf('.') >= 0) {
        report(
            new ConfigProblem(
                printable(path),
                "not a known key",
                "a dot in a name must be written as an object in an object"));
      } else if (ConfigTable.sections().contains(path)) {
        if (value instanceof JsonObject section) {
          checkNames(section, path + ".");
        } else {
          report(new ConfigProblem(path, "no object", "must be an object with keys in it"));
        }
      } else if (ConfigTable.find(path) == null) {
        report(new ConfigProblem(printable(path), "not a known key", nearestTo(path, prefix)));
      }
    }
  }

  private static String nearestTo(String path, String prefix) {
    List<String> names = new ArrayList<>(ConfigTable.paths());
    names.addAll(ConfigTable.sections());
    return NearestName.find(path, names)
        .map(name -> "did you mean " + name + "?")
        .orElseGet(() -> "must be one of " + String.join(", ", childrenOf(prefix, names)));
  }

  private static List<String> childrenOf(String prefix, List<String> names) {
    return names.stream()
        .filter(name -> name.startsWith(prefix) && name.indexOf('.', prefix.length()) < 0)
        .toList();
  }

  private static String printable(String path) {
    String quoted = TextShape.quoted(path);
    return quoted.substring(1, quoted.length() - 1);
  }

  private void readValue(ConfigKey key, JsonObject merged) {
    JsonObject section = merged;
    String name = key.path();
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.')) {
      if (!(section.getValue(name.substring(0, dot)) instanceof JsonObject inner)) {
        return; // Absent, or no object and reported as such.
      }
      section = inner;
      name = name.substring(dot + 1);
    }
    if (faultyKeys.contains(key.path()) || !section.containsKey(name)) {
      return;
    }
    Object json = section.getValue(name);
    if (json == null && key.nullable()) {
      values.put(key.path(), null);
      return;
    }
    // An object stands in for null: it is just as wrong for every type.
    KeyType.Reading reading = key.type().ofJson(json == null ? new JsonObject() : json);
    if (reading instanceof KeyType.Read read) {
      values.put(key.path(), read.value());
    } else if (reading instanceof KeyType.Wrong wrong) {
      String shown = json == null ? "null" : key.type().shown(json);
      report(new ConfigProblem(key.path(), shown, wrong.advice()));
    }
  }

  private void apply(ConfigRules.Rule rule, Config config) {
    if (rule.keys().stream().anyMatch(this::isFaulty) || !rule.broken().test(config)) {
      return;
    }
    String path = rule.keys().get(0);
    ConfigKey key = ConfigTable.find(path);
    Object value = values.get(path);
    String shown = key == null || value == null ? "not set" : key.type().shown(value);
    String variable = overrides.origins().get(path);
    problems.add(
        new ConfigProblem(
            path, variable == null ? shown : shown + " (" + variable + ")", rule.advice()));
  }

  /** Whether the key itself or a section around it is wrong, so that its value says nothing. */
  private boolean isFaulty(String path) {
    return faultyKeys.stream().anyMatch(f -> path.equals(f) || path.startsWith(f + "."));
  }

  private void report(ConfigProblem problem) {
    problems.add(problem);
    faultyKeys.add(problem.key());
  }
}
