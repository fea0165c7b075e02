package io.logagg.protocol;

import java.util.List;

/** Where to look for what a record does not have under its exact name, before the usual names. */
public record FieldNames(
    List<FieldPath> message,
    List<FieldPath> timestamp,
    List<FieldPath> level,
    List<FieldPath> app,
    List<FieldPath> service) {
  static final FieldNames NONE =
      new FieldNames(List.of(), List.of(), List.of(), List.of(), List.of());

  public FieldNames {
    message = List.copyOf(message);
    timestamp = List.copyOf(timestamp);
    level = List.copyOf(level);
    app = List.copyOf(app);
    service = List.copyOf(service);
  }
}
