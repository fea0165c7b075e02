package io.logagg.stream;

/** A command to Redis did not do what it should. */
public final class RedisException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is known about the command. */
  public enum Kind {
    /** It was not sent: there is no connection. */
    NOT_SENT,
    /** It was not sent: too many commands are under way. */
    OVERLOADED,
    /** It was sent and not answered: it may have been done, or be done later. */
    UNKNOWN,
    /** Redis said that it cannot now (loading, read-only, busy, …): it was not done. */
    UNAVAILABLE,
    /** Redis has no memory left: it was not done. */
    OUT_OF_MEMORY,
    /** The consumer group or its stream is not there: it was not done. */
    NO_GROUP,
    /** Any other error that Redis answered: it was not done. */
    ERROR
  }

  private final Kind kind;

  public RedisException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Reads the error that Redis answered; its first word is a code. */
  static RedisException ofReply(String error) {
    int blank = error.indexOf(' ');
    Kind kind =
        switch (blank < 0 ? error : error.substring(0, blank)) {
          case "OOM" -> Kind.OUT_OF_MEMORY;
          case "NOGROUP", "UNBLOCKED" -> Kind.NO_GROUP;
          case "LOADING",
              "READONLY",
              "MASTERDOWN",
              "BUSY",
              "CLUSTERDOWN",
              "TRYAGAIN",
              "MISCONF",
              "NOREPLICAS",
              "NOAUTH",
              "WRONGPASS" ->
              Kind.UNAVAILABLE;
          // Not said by Redis: the client puts it in place of an answer that it did not get.
          case "CONNECTION_CLOSED", "ILLEGAL_STATE" -> Kind.UNKNOWN;
          default -> Kind.ERROR;
        };
    return new RedisException(kind, error);
  }
}
