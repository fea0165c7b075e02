package io.logagg.http.agents;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of an answer its reader wants: Elasticsearch's parameter {@code filter_path}, a list
 * of paths such as {@code errors,items.*.error}. {@code *} stands for any one step or within one,
 * {@code **} for any number of them; a path that begins with a dash takes its parts out again.
 */
final class FilterPath {
  private static final int MAX_PATHS = 100;

  private final List<String[]> wanted = new ArrayList<>();
  private final List<String[]> unwanted = new ArrayList<>();

  private FilterPath() {}

  /** For the parameter's value; null for an answer with all of its parts. */
  static FilterPath of(@Nullable String value) {
    FilterPath filter = new FilterPath();
    if (value == null) {
      return filter;
    }
    String[] paths = value.split(",", MAX_PATHS + 1);
    for (int i = 0; i < Math.min(paths.length, MAX_PATHS); i++) {
      String path = paths[i].strip();
      if (path.startsWith("-")) {
        filter.unwanted.add(steps(path.substring(1)));
      } else if (!path.isEmpty()) {
        filter.wanted.add(steps(path));
      }
    }
    return filter;
  }

  /** Several {@code **} in a row are one: each could stand for any part of the rest. */
  private static String[] steps(String path) {
    List<String> steps = new ArrayList<>();
    for (String step : path.split("\\.", -1)) {
      if (!step.equals("**") || steps.isEmpty() || !steps.get(steps.size() - 1).equals("**")) {
        steps.add(step);
      }
    }
    return steps.toArray(String[]::new);
  }

  /** Whether a part, which has no parts of its own, belongs into the answer. */
  boolean takes(String... path) {
    boolean isWanted =
        wanted.isEmpty() || wanted.stream().anyMatch(pattern -> covers(pattern, 0, path, 0));
    return isWanted && unwanted.stream().noneMatch(pattern -> covers(pattern, 0, path, 0));
  }

  /** Whether the pattern is met by the path or by what it is within. */
  private static boolean covers(String[] pattern, int at, String[] path, int depth) {
    if (at == pattern.length) {
      return true;
    }
    if (pattern[at].equals("**")) {
      for (int next = depth; next <= path.length; next++) {
        if (covers(pattern, at + 1, path, next)) {
          return true;
        }
      }
      return false;
    }
    return depth < path.length
        && fits(pattern[at], path[depth])
        && covers(pattern, at + 1, path, depth + 1);
  }

  private static boolean fits(String step, String name) {
    int star = step.indexOf('*');
    if (star < 0) {
      return step.equals(name);
    }
    int last = step.lastIndexOf('*');
    int end = name.length() - (step.length() - last - 1);
    if (end < star || !name.startsWith(step.substring(0, star))) {
      return false;
    }
    // What stands between two stars may come anywhere behind what stood before, the sooner the
    // better.
    int from = star;
    while (star < last) {
      int next = step.indexOf('*', star + 1);
      String between = step.substring(star + 1, next);
      int at = name.indexOf(between, from);
      from = at + between.length();
      if (at < 0 || from > end) {
        return false;
      }
      star = next;
    }
    return name.endsWith(step.substring(last + 1));
  }
}
