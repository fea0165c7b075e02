package io.logagg.http.reply;

import java.util.Locale;

/** What keeps a request from being served now, for the metrics. */
public enum Limit {
  PENDING_RECORDS,
  REDIS_MEMORY,
  /** Too many commands are on their way to Redis. */
  REDIS_BUSY,
  /** Too many dead letters wait to be moved. */
  DEAD_LETTERS,
  DISK,
  /** Too much is held of records whose end has not arrived. */
  UNFINISHED_RECORDS,
  /** What is safe is not committed, as the sender wanted to have it. */
  NOT_STORED,
  NO_BACKEND,
  /** Another request has the same Idempotency-Key, or too many have one. */
  SAME_KEY,
  LARGE_REPLIES,
  TAILS,
  /** This process is ending. */
  STOPPING,
  POSTGRES,
  /** What an API key may send a second. */
  API_KEY,
  OTHER;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** How it is written outside the program. */
  public String label() {
    return label;
  }
}
