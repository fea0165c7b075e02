package io.logagg.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody most likely meant. */
final class NearestName {
  /** Longer ones are no slip of the pen, and comparing costs time and memory by the length. */
  private static final int CHARACTERS_MAX = 100;

  private NearestName() {}

  /**
   * The name that is nearest to a wrong one, if any is near enough. Case, {@code _} and {@code -}
   * do not count, and the right key in the wrong section is near.
   */
  static Optional<String> find(String wrong, Collection<String> names) {
    if (wrong.length() > CHARACTERS_MAX) {
      return Optional.empty();
    }
    String plainWrong = plain(wrong);
    int limit = Math.max(2, plainWrong.length() / 4);
    String best = null;
    int bestDistance = limit + 1;
    for (String name : names) {
      int distance = distance(plainWrong, plain(name));
      if (lastPart(plainWrong).equals(lastPart(plain(name)))) {
        distance = Math.min(distance, limit);
      }
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  private static String lastPart(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours between two texts (optimal string
   * alignment distance).
   */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
