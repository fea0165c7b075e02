package io.logagg.http.logs;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which form of an answer a client wants (RFC 9110, 12.5.1). */
final class Accept {
  private Accept() {}

  /**
   * The form that the client likes best; of several that it likes as well, the one that it names
   * most exactly, then the first that it names. Where none will do, the first there is: most
   * clients that name another can still make use of it.
   *
   * @param header null if it was not sent
   * @param offered in lower case, without parameters
   */
  static String best(@Nullable String header, List<String> offered) {
    String best = offered.get(0);
    if (header == null) {
      return best;
    }
    List<String> ranges = List.of(header.toLowerCase(Locale.ROOT).split(","));
    double bestRank = 0;
    for (String type : offered) {
      double rank = rank(ranges, type);
      if (rank > bestRank) {
        best = type;
        bestRank = rank;
      }
    }
    return best;
  }

  /** The weight first, then how exact the range is, then its place; 0 if the type will not do. */
  private static double rank(List<String> ranges, String type) {
    int exactness = -1;
    double rank = 0;
    for (int i = 0; i < ranges.size(); i++) {
      String[] parts = ranges.get(i).split(";");
      int exact = exactness(parts[0].strip(), type);
      if (exact > exactness) {
        exactness = exact;
        double weight = weight(parts);
        rank = weight == 0 ? 0 : weight * 1000 + exact * 0.1 - i * 1e-6;
      }
    }
    return rank;
  }

  private static int exactness(String range, String type) {
    if (range.equals(type)) {
      return 2;
    }
    if (range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1))) {
      return 1;
    }
    return range.equals("*/*") ? 0 : -1;
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
        return Double.parseDouble(parameter.substring(2));
      }
    }
    return 1;
  }
}
