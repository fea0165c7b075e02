package io.logagg.filter;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in texts: the same ones for us and for PostgreSQL, which would fail on some of those that
 * it takes for numbers.
 */
public final class NumberText {
  /** Longer ones count as text. */
  static final int MAX_CHARS = 64;

  /** The same in Java and in PostgreSQL; the exponent is bounded by what numeric can hold. */
  static final String REGEX = "^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$";

  private static final Pattern NUMBER = Pattern.compile(REGEX.replace("$", "\\z"));

  private NumberText() {}

  /** Null if it is none. */
  public static @Nullable BigDecimal parse(String text) {
    return text.length() <= MAX_CHARS && NUMBER.matcher(text).find() ? new BigDecimal(text) : null;
  }
}
