package io.logagg.stream;

/** Neither Redis nor PostgreSQL has taken what was to be kept, as far as is known. */
public final class BothAwayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BothAwayException(RedisException redis, Throwable postgres) {
    super(
        "neither backend takes records now: "
            + redis.getMessage()
            + "; PostgreSQL: "
            + postgres.getMessage(),
        postgres);
  }
}
