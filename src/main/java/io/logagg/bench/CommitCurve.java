package io.logagg.bench;

import java.util.ArrayList;
import java.util.List;

/** How many records were committed at which times of a run. Not thread-safe. */
final class CommitCurve {
  private final List<Point> points = new ArrayList<>();

  private record Point(long nanos, long committed) {}

  void add(long nanos, long committed) {
    points.add(new Point(nanos, committed));
  }

  /**
   * Commits a second while the table grew from one size to the other, between the looks that were
   * taken nearest within; 0 if there were no two.
   */
  double perSecond(long fromSize, long toSize) {
    List<Point> within =
        points.stream()
            .filter(point -> point.committed >= fromSize && point.committed <= toSize)
            .toList();
    if (within.size() < 2) {
      return 0;
    }
    Point first = within.get(0);
    Point last = within.get(within.size() - 1);
    return (last.committed - first.committed) * 1e9 / (last.nanos - first.nanos);
  }
}
