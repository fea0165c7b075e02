package io.logagg.alert;

/** Values as they are told. */
final class Numbers {
  private Numbers() {}

  /** Whole ones without a fraction. */
  static String format(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
