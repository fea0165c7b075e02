package io.logagg.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The name of a field, which may mean one within objects if there are dots in it.
 *
 * @param whole all of it: the name of the field if that has the dots itself
 * @param head the first name
 * @param tail the rest behind the first dot; null if there is none
 */
public record FieldPath(String whole, String head, @Nullable FieldPath tail) {
  private static final String METADATA = "metadata_.";

  /** Reads one; {@code metadata_.} at its beginning makes no difference. */
  public static FieldPath of(String text) {
    String whole = text.startsWith(METADATA) ? text.substring(METADATA.length()) : text;
    return ofNames(whole);
  }

  private static FieldPath ofNames(String whole) {
    int dot = whole.indexOf('.');
    return dot < 0
        ? new FieldPath(whole, whole, null)
        : new FieldPath(whole, whole.substring(0, dot), ofNames(whole.substring(dot + 1)));
  }
}
