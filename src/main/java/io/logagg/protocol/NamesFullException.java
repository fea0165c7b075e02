package io.logagg.protocol;

/**
 * Jackson gave up because of what its table of field names holds, or of another of its limits. The
 * table is shared by all records, so that it may be another record's doing: see {@link
 * JsonText#forgetNames}.
 */
final class NamesFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NamesFullException(String reason, Exception cause) {
    super(reason, cause);
  }
}
