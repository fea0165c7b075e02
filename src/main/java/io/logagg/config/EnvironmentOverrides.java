package io.logagg.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables that set keys, in the shape of the file.
 *
 * @param json the values that are right
 * @param origins the variable by the path of the key it sets, rightly or wrongly
 * @param problems the values that are wrong
 * @param warnings variables that look like ours but set nothing
 */
record EnvironmentOverrides(
    JsonObject json,
    Map<String, String> origins,
    List<ConfigProblem> problems,
    List<String> warnings) {

  static EnvironmentOverrides of(Map<String, String> environment) {
    EnvironmentOverrides overrides =
        new EnvironmentOverrides(
            new JsonObject(), new HashMap<>(), new ArrayList<>(), new ArrayList<>());
    for (ConfigKey key : ConfigTable.KEYS) {
      String variable = variableFor(key, environment);
      String text = variable == null ? null : environment.get(variable);
      if (variable != null && text != null) {
        overrides.add(key, variable, text);
      }
    }
    overrides.warnOfUnknown(environment.keySet());
    return overrides;
  }

  /** The variable that counts for a key. An empty one of the older names is as good as none. */
  private static @Nullable String variableFor(ConfigKey key, Map<String, String> environment) {
    if (environment.containsKey(key.environmentName())) {
      return key.environmentName();
    }
    String older = key.olderEnvironmentName();
    return older != null && !environment.getOrDefault(older, "").isEmpty() ? older : null;
  }

  private void add(ConfigKey key, String variable, String text) {
    origins.put(key.path(), variable);
    KeyType.Reading reading = key.type().ofText(text);
    if (reading instanceof KeyType.Read read) {
      put(key.path(), read.value());
    } else if (reading instanceof KeyType.Wrong wrong) {
      problems.add(
          new ConfigProblem(
              key.path(), "%s (%s)".formatted(key.type().shown(text), variable), wrong.advice()));
    }
  }

  private void put(String path, @Nullable Object value) {
    JsonObject section = json;
    int start = 0;
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', start)) {
      String name = path.substring(start, dot);
      if (!section.containsKey(name)) {
        section.put(name, new JsonObject());
      }
      section = section.getJsonObject(name);
      start = dot + 1;
    }
    section.put(path.substring(start), value instanceof List<?> list ? new JsonArray(list) : value);
  }

  private void warnOfUnknown(Set<String> variables) {
    Set<String> known = new LinkedHashSet<>(LogVariables.NAMES);
    ConfigTable.KEYS.forEach(key -> known.add(key.environmentName()));
    for (String variable : new TreeSet<>(variables)) {
      if (variable.startsWith(ConfigKey.ENVIRONMENT_PREFIX) && !known.contains(variable)) {
        warnings.add(
            "The environment variable %s sets nothing%s"
                .formatted(
                    variable,
                    NearestName.find(variable, known)
                        .map(name -> ", did you mean " + name + "?")
                        .orElse("")));
      }
    }
  }
}
