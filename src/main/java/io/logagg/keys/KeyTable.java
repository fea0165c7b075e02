package io.logagg.keys;

import io.logagg.access.ApiKey;
import io.logagg.access.KeyStore.Made;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys as they are printed for people. */
final class KeyTable {
  private static final List<String> COLUMNS =
      List.of(
          "id",
          "name",
          "scopes",
          "apps",
          "created_at",
          "expires_at",
          "last_used_at",
          "revoked_at",
          "records_per_second",
          "bytes_per_second");

  /** Of one cell; a key may name a thousand apps. */
  private static final int MAX_CHARS = 60;

  private KeyTable() {}

  /** Prints the key alone on standard output, so that a shell can take it, the rest beside it. */
  static void show(Made made) {
    System.out.println(made.secret());
    System.err.print(of(List.of(made.key())));
  }

  /** A line of names, and one for each key. */
  static String of(List<ApiKey> keys) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(COLUMNS);
    for (ApiKey key : keys) {
      Map<String, @Nullable Object> shown = key.shown();
      lines.add(COLUMNS.stream().map(column -> cell(shown.get(column))).toList());
    }
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < COLUMNS.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(cells -> cells.get(column).length()).max().orElse(0);
        text.append(line.get(i)).append(" ".repeat(width - line.get(i).length() + 2));
      }
      out.append(text.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  private static String cell(@Nullable Object value) {
    String text =
        value == null
            ? "-"
            : value instanceof Collection<?> many
                ? many.isEmpty()
                    ? "all"
                    : String.join(",", many.stream().map(String::valueOf).toList())
                : value.toString();
    String oneLine = text.replaceAll("\\p{Cntrl}", "?");
    return oneLine.length() > MAX_CHARS ? oneLine.substring(0, MAX_CHARS - 1) + "…" : oneLine;
  }
}
