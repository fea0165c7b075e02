package io.logagg.query;

import io.logagg.filter.Field.Metadata;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A field whose values are counted.
 *
 * @param name as answers give it
 * @param path of metadata only
 */
public record CountedField(String name, Kind kind, @Nullable Metadata path) {
  /** What {@link #parse} takes, for people. */
  public static final String FORM =
      "app, level, service, message, or a path in the metadata such as metadata_.http.status";

  public static final CountedField LEVEL = new CountedField("level", Kind.LEVEL, null);
  public static final CountedField APP = new CountedField("app", Kind.APP, null);
  public static final CountedField SERVICE = new CountedField("service", Kind.SERVICE, null);
  public static final CountedField MESSAGE = new CountedField("message", Kind.MESSAGE, null);

  /** Of records, but different for each, so there is nothing to count; no paths either. */
  private static final Set<String> OTHER_COLUMNS =
      Set.of("id", "timestamp", "received_at", "source_id", "app_id", "metadata_");

  private static final int MAX_CHARS = 1024;

  /** Where a field stands. */
  public enum Kind {
    LEVEL,
    APP,
    SERVICE,
    MESSAGE,
    METADATA
  }

  /** Of a path in the metadata. */
  public static CountedField of(Metadata path) {
    return new CountedField(path.text(), Kind.METADATA, path);
  }

  /** Empty if it is none. */
  public static Optional<CountedField> parse(String text) {
    return switch (text) {
      case "level" -> Optional.of(LEVEL);
      case "app" -> Optional.of(APP);
      case "service" -> Optional.of(SERVICE);
      case "message" -> Optional.of(MESSAGE);
      default ->
          OTHER_COLUMNS.contains(text) || text.length() > MAX_CHARS
              ? Optional.empty()
              : Metadata.parse(text).map(CountedField::of);
    };
  }

  /** Whether the rollups know it. */
  public boolean isName() {
    return kind == Kind.LEVEL || kind == Kind.APP || kind == Kind.SERVICE;
  }
}
