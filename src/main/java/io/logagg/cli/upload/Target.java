package io.logagg.cli.upload;

import org.jspecify.annotations.Nullable;

/**
 * Where a file goes, and as what.
 *
 * @param server its URL
 * @param app of records that name none; null for none
 * @param service of records that name none; null for none
 * @param level of records that name none; null for none
 */
public record Target(
    String server,
    TextFormat format,
    @Nullable String app,
    @Nullable String service,
    @Nullable String level) {

  /** The same target has the same name. */
  String name() {
    return ContentHash.of(server, format.toString(), part(app), part(service), part(level));
  }

  /** By which a body is known to the server when it comes again. */
  String key(Body body, String anew) {
    return "import-"
        + ContentHash.of(
            format.toString(), part(app), part(service), part(level), anew, body.contentHash());
  }

  /** None and an empty one are two. */
  private static String part(@Nullable String value) {
    return value == null ? "" : "=" + value;
  }
}
