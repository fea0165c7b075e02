package io.logagg.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a value stands in the metadata. A path {@code a.b.c} is looked for in several places, in
 * this order: under the key {@code a.b.c}; under {@code b.c} within {@code a}; under {@code c}
 * within {@code b} within {@code a}. The first value that is neither missing nor null counts.
 *
 * @param keys not empty
 */
public record MetadataPath(List<String> keys) {
  /** So many keys a path may have. */
  public static final int MAX_KEYS = 16;

  /** What may stand before a path, since records show it so. */
  public static final String PREFIX = "metadata_.";

  public MetadataPath {
    keys = List.copyOf(keys);
    if (keys.isEmpty() || keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException("a path of " + keys.size() + " keys");
    }
  }

  /** Reads {@code metadata_.a.b} or {@code a.b}; empty if it is no path. */
  public static Optional<MetadataPath> parse(String text) {
    String path = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    List<String> keys = List.of(path.split("\\.", -1));
    return keys.contains("") || keys.size() > MAX_KEYS
        ? Optional.empty()
        : Optional.of(new MetadataPath(keys));
  }

  /** The keys that lead to each place. */
  List<List<String>> places() {
    List<List<String>> places = new ArrayList<>();
    for (int steps = 0; steps < keys.size(); steps++) {
      List<String> place = new ArrayList<>(keys.subList(0, steps));
      place.add(String.join(".", keys.subList(steps, keys.size())));
      places.add(place);
    }
    return places;
  }

  /** With its prefix. */
  public String text() {
    return PREFIX + String.join(".", keys);
  }

  /**
   * The value as SQL: its JSON text, null where there is none.
   *
   * @param column the JSON
   */
  public String json(Sql sql, String column) {
    List<String> found = new ArrayList<>();
    for (List<String> place : places()) {
      StringBuilder value = new StringBuilder(column);
      place.forEach(key -> value.append(" -> ").append(sql.parameter(key)).append("::text"));
      found.add("nullif((" + value + ")::text, 'null')");
    }
    return "coalesce(" + String.join(", ", found) + ")";
  }
}
