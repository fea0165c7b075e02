package io.logagg.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Something of a record that can be asked for. */
public sealed interface Field {
  /** What every record has. */
  enum Column implements Field {
    MESSAGE("message"),
    LEVEL("level"),
    APP("app"),
    SERVICE("service"),
    SOURCE_ID("source_id"),
    ID("id"),
    TIMESTAMP("timestamp"),
    RECEIVED_AT("received_at");

    private final String label;

    Column(String label) {
      this.label = label;
    }

    /** As it is called in queries and answers. */
    public String label() {
      return label;
    }

    public boolean isTime() {
      return this == TIMESTAMP || this == RECEIVED_AT;
    }
  }

  /**
   * A value in the metadata. A path {@code a.b.c} is looked for in several places, in this order:
   * under the key {@code a.b.c}; under {@code b.c} within {@code a}; under {@code c} within {@code
   * b} within {@code a}. The first value that is neither missing nor null counts; of equal keys,
   * the last.
   *
   * @param path not empty
   */
  record Metadata(List<String> path) implements Field {
    /** What may stand before a path, since records show it so. */
    public static final String PREFIX = "metadata_.";

    /** So many parts a path may have. */
    public static final int MAX_PARTS = 16;

    public Metadata {
      path = List.copyOf(path);
      if (path.isEmpty() || path.size() > MAX_PARTS) {
        throw new IllegalArgumentException("a path of " + path.size() + " parts");
      }
    }

    public static Metadata of(String... path) {
      return new Metadata(List.of(path));
    }

    /** A part, and the dot behind it unless it is the last. */
    private static final Pattern PART =
        Pattern.compile("\\G(?:\"((?:[^\"\\\\]|\\\\.)+)\"|([^\".][^.]*))(\\.|\\z)", Pattern.DOTALL);

    /**
     * Reads {@code metadata_.a.b} or {@code a.b}; a part that has a dot in it stands between
     * quotes, as in queries. Empty if it is no path.
     */
    public static Optional<Metadata> parse(String text) {
      String path = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
      List<String> parts = new ArrayList<>();
      Matcher part = PART.matcher(path);
      while (part.find()) {
        String quoted = part.group(1);
        parts.add(quoted == null ? part.group(2) : quoted.replaceAll("(?s)\\\\(.)", "$1"));
        if (part.group(3).isEmpty()) {
          return parts.size() > MAX_PARTS ? Optional.empty() : Optional.of(new Metadata(parts));
        }
      }
      return Optional.empty();
    }

    /** With its prefix, so that {@link #parse} reads it. */
    public String text() {
      return PREFIX + path.stream().map(Metadata::quotedIfDotted).collect(Collectors.joining("."));
    }

    private static String quotedIfDotted(String part) {
      return part.contains(".") || part.startsWith("\"")
          ? '"' + part.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
          : part;
    }

    /** As a field with its dots is called; empty if a dot within a part makes it another. */
    public Optional<String> dotted() {
      boolean plain = path.size() == 1 || path.stream().noneMatch(part -> part.contains("."));
      return plain ? Optional.of(String.join(".", path)) : Optional.empty();
    }

    /** The keys that lead to each place. */
    public List<List<String>> places() {
      List<List<String>> places = new ArrayList<>();
      for (int steps = 0; steps < path.size(); steps++) {
        List<String> keys = new ArrayList<>(path.subList(0, steps));
        keys.add(String.join(".", path.subList(steps, path.size())));
        places.add(keys);
      }
      return places;
    }

    /** Gives the value in a record's metadata, as its JSON text; null where there is none. */
    public Function<String, @Nullable String> json() {
      List<List<String>> places = places();
      return metadata -> JsonText.first(metadata, places);
    }

    /**
     * The value as SQL: its JSON text, null where there is none.
     *
     * @param column the JSON
     */
    public String json(Sql sql, String column) {
      List<String> found = new ArrayList<>();
      for (List<String> keys : places()) {
        StringBuilder value = new StringBuilder(column);
        keys.forEach(key -> value.append(" -> ").append(sql.parameter(key)).append("::text"));
        found.add("nullif((" + value + ")::text, 'null')");
      }
      return "coalesce(" + String.join(", ", found) + ")";
    }
  }
}
