package io.logagg.postgres;

/** The database's schema is not one that this version can work with, now or later. */
public final class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SchemaException(String message) {
    super(message);
  }
}
