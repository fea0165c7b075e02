package io.logagg.protocol.datadog;

import io.logagg.protocol.RecordJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tags as Datadog writes them: {@code env:prod,team:shop,canary}.
 *
 * @param values by name, those of a name in their order; of a tag without a value, none
 */
record DatadogTags(Map<String, List<String>> values) {
  /** Of a text; of none, none. */
  static DatadogTags parse(@Nullable String text) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (text != null) {
      for (String tag : text.split(",", -1)) {
        add(values, tag.strip());
      }
    }
    return new DatadogTags(values);
  }

  private static void add(Map<String, List<String>> values, String tag) {
    int colon = tag.indexOf(':');
    String name = colon < 0 ? tag : tag.substring(0, colon);
    if (name.isEmpty()) {
      return;
    }
    List<String> known = values.computeIfAbsent(name, key -> new ArrayList<>());
    String value = tag.substring(colon + 1);
    if (colon >= 0 && !known.contains(value)) {
      known.add(value);
    }
  }

  /** These and others. */
  DatadogTags and(DatadogTags others) {
    Map<String, List<String>> both = new LinkedHashMap<>(values);
    others.values.forEach(
        (name, more) ->
            both.merge(
                name,
                more,
                (mine, theirs) -> {
                  List<String> all = new ArrayList<>(mine);
                  theirs.stream().filter(value -> !mine.contains(value)).forEach(all::add);
                  return all;
                }));
    return new DatadogTags(both);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** The first value of a name; null if there is none. */
  @Nullable String first(String name) {
    List<String> found = values.get(name);
    return found == null || found.isEmpty() || found.get(0).isBlank() ? null : found.get(0);
  }

  /**
   * Writes them as an object of that name: a text for each name, a list where it came more than
   * once.
   */
  void writeTo(RecordJson out, String field) {
    out.object(field);
    values.forEach(
        (name, all) -> {
          if (all.isEmpty()) {
            out.bool(name, true);
          } else if (all.size() == 1) {
            out.text(name, all.get(0));
          } else {
            out.array(name);
            all.forEach(value -> out.text(null, value));
            out.end();
          }
        });
    out.end();
  }
}
