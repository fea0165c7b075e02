package io.logagg.stream;

/**
 * How full the streams are.
 *
 * @param entries on the stream
 * @param deadLetters entries in the mirror of the dead letters
 * @param growth what came onto the stream
 * @param memoryShare how much of Redis' own {@code maxmemory} is used, 0 if it has no such limit
 */
public record StreamDepth(long entries, long deadLetters, StreamGrowth growth, double memoryShare) {
  static double memoryShare(String info) {
    double max = number(info, "maxmemory");
    return max == 0 ? 0 : number(info, "used_memory") / max;
  }

  /** A value of Redis' INFO, whose lines read {@code name:value}; 0 if it is not there. */
  static long number(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ':'))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
        .findFirst()
        .orElse(0);
  }
}
