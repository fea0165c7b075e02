package io.logagg.http.ingest;

import java.util.Locale;

/** Where acknowledged records are. */
public enum Backend {
  /** On the stream, to be stored by a worker. */
  REDIS,
  /** In PostgreSQL, committed. */
  DB;

  /** As it is answered. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
