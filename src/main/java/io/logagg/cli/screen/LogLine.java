package io.logagg.cli.screen;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as the API shows it.
 *
 * @param timestamp as it is written there
 * @param fields of its metadata, those further in with dotted names, values as JSON writes them but
 *     texts, which are as they are
 */
public record LogLine(
    String id,
    String timestamp,
    String level,
    String app,
    @Nullable String service,
    String message,
    List<Field> fields) {

  /** One of its metadata. */
  public record Field(String name, String value) {}

  public LogLine {
    fields = List.copyOf(fields);
  }
}
