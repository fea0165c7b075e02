package io.logagg.filter;

import java.math.BigDecimal;
import java.util.Optional;

/** How values of fields are told apart. */
public final class FieldValue {
  /** Longer numbers are not looked into. */
  public static final int MAX_NUMBER_CHARS = 400;

  private static final int MAX_PLAIN_SCALE = 400;

  private FieldValue() {}

  /**
   * The one form of a number that all its spellings share: no exponent, no zeros at the end of the
   * fraction. Empty for what is no JSON number, or too long, or has an exponent so large that
   * nobody would write it out.
   */
  public static Optional<String> canonicalNumber(String text) {
    if (text.isEmpty() || text.length() > MAX_NUMBER_CHARS || !isNumeric(text)) {
      return Optional.empty();
    }
    try {
      BigDecimal value = new BigDecimal(text).stripTrailingZeros();
      return Math.abs((long) value.scale()) > MAX_PLAIN_SCALE
          ? Optional.empty()
          : Optional.of(value.signum() == 0 ? "0" : value.toPlainString());
    } catch (ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** BigDecimal takes digits of any script. */
  private static boolean isNumeric(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
