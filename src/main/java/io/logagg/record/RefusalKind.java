package io.logagg.record;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a record was refused, for programs: to count by and to filter by. The reason beside it is for
 * people, and names columns, lengths and times.
 */
public enum RefusalKind {
  /** Not one JSON object. */
  BAD_JSON,
  /** A field that a record must have is not there, or blank. */
  MISSING_FIELD,
  /** A field has a value of the wrong type, or one that is too long. */
  BAD_FIELD,
  /** The timestamp cannot be read. */
  BAD_TIMESTAMP,
  /** The timestamp is too old, or too far ahead. */
  TIMESTAMP_OUT_OF_RANGE,
  /** It is longer than a record may be; only its beginning is known. */
  TOO_LARGE,
  /** The API key that it came with is not for its app. */
  APP_NOT_ALLOWED,
  /** PostgreSQL does not take it: a constraint, a trigger, a value that it cannot hold. */
  REFUSED_BY_POSTGRES,
  /** Storing it failed, by itself and time and again, for a reason of ours. */
  STORE_FAILED,
  /** A stream entry that is none of ours, or damaged. */
  UNREADABLE_ENTRY,
  /** None of these, or one that this version does not know. */
  OTHER;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** How it is written outside the program. */
  public String code() {
    return code;
  }

  /** The kind that is written so; empty if there is none. */
  public static Optional<RefusalKind> of(String code) {
    return Stream.of(values()).filter(kind -> kind.code.equals(code)).findFirst();
  }
}
