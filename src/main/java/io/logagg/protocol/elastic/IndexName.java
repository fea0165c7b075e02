package io.logagg.protocol.elastic;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which app the name of an index or data stream stands for. */
final class IndexName {
  /** {@code type-dataset-namespace}; neither of the latter has a dash. */
  private static final Pattern DATA_STREAM =
      Pattern.compile("(?:logs|metrics|traces|synthetics)-([^-]+)-[^-]+");

  /** A date, the number of a rollover, or a version, as agents append them. */
  private static final Pattern SUFFIX =
      Pattern.compile(
          "(?:-(?:\\d{4}[.-]\\d{2}(?:[.-]\\d{2})?|\\d{6}|\\d{8}|\\d+\\.\\d+\\.\\d+))+$");

  private static final String BACKING_INDEX = ".ds-";

  /** The longest name of an index in Elasticsearch is 255 bytes. */
  private static final int MAX_CHARS = 255;

  private IndexName() {}

  /** Null if the name says nothing. */
  static @Nullable String app(@Nullable String index) {
    if (index == null || index.length() > MAX_CHARS) {
      return null;
    }
    String name = index.startsWith(BACKING_INDEX) ? index.substring(4) : index;
    if (name.startsWith("<")) { // Date math, such as <name-{now/d}-000001>.
      int brace = name.indexOf("-{");
      name = name.substring(1, brace < 0 ? name.length() : brace).replace(">", "");
    }
    name = SUFFIX.matcher(name).replaceFirst("");
    var stream = DATA_STREAM.matcher(name);
    String app = stream.matches() ? stream.group(1) : name;
    return app.isBlank() ? null : app;
  }
}
