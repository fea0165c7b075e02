package io.logagg.block;

/** Bytes that are no column of a block: what they held must not be guessed. */
public final class CorruptBlockException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CorruptBlockException(String what) {
    super(what);
  }
}
