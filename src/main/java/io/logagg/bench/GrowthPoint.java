package io.logagg.bench;

import java.util.List;

/**
 * The rate at a size of the table.
 *
 * @param rows the size
 * @param windowRows how many rows around it the rate was taken over
 * @param toFirst the rate as a share of that at the first size
 */
record GrowthPoint(long rows, long windowRows, double committedPerSecond, double toFirst) {
  private static final long MAX_HALF_WINDOW = 2_000_000;

  /** How far the table must grow beyond a size for its window. */
  static long halfWindow(long rows) {
    return Math.min(rows / 2, MAX_HALF_WINDOW);
  }

  static List<GrowthPoint> of(CommitCurve curve, List<Long> sizes) {
    double first = sizes.isEmpty() ? 0 : rate(curve, sizes.get(0));
    return sizes.stream()
        .map(
            rows ->
                new GrowthPoint(
                    rows, 2 * halfWindow(rows), rate(curve, rows), rate(curve, rows) / first))
        .toList();
  }

  private static double rate(CommitCurve curve, long rows) {
    return curve.perSecond(rows - halfWindow(rows), rows + halfWindow(rows));
  }

  /** Nothing if there are none. */
  static String table(List<GrowthPoint> points) {
    if (points.isEmpty()) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    out.append(
        "| rows in the table | over rows | committed/s | of the first |\n|---|---|---|---|\n");
    points.forEach(
        point ->
            out.append(
                "| %,d | %,d | %,.0f | %.2f |%n"
                    .formatted(
                        point.rows, point.windowRows, point.committedPerSecond, point.toFirst)));
    return out.toString();
  }
}
