package io.logagg.filter.regex;

/** A regular expression that cannot be read. */
public final class RegexSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int index;

  RegexSyntaxException(int index, String message) {
    super(message, null, false, false);
    this.index = index;
  }

  /** Where the mistake is, in {@code char}s from 0. */
  public int index() {
    return index;
  }

  /** What was expected. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
