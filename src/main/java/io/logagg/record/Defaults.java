package io.logagg.record;

import org.jspecify.annotations.Nullable;

/** What a record gets where it names none itself: the query parameters of an ingest request. */
public record Defaults(@Nullable String app, @Nullable String service, @Nullable String level) {
  public static final Defaults NONE = new Defaults(null, null, null);
}
