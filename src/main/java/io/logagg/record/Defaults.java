package io.logagg.record;

import org.jspecify.annotations.Nullable;

/** What a record gets where it names none itself: the query parameters of an ingest request. */
public record Defaults(@Nullable String app, @Nullable String service, @Nullable String level) {
  public static final Defaults NONE = new Defaults(null, null, null);

  /**
   * The same with that app where none is named.
   *
   * @param other null for none
   */
  public Defaults orApp(@Nullable String other) {
    return app != null || other == null ? this : new Defaults(other, service, level);
  }

  /** To be hashed; an empty one is none. */
  public String[] parts() {
    return new String[] {text(app), text(service), text(level)};
  }

  private static String text(@Nullable String part) {
    return part == null ? "" : part;
  }
}
