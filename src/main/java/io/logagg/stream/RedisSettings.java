package io.logagg.stream;

import java.util.random.RandomGenerator;

/**
 * How to reach Redis.
 *
 * @param url with credentials and database number; never printed
 * @param commandTimeoutMs how long a command may go unanswered
 * @param random for the jitter of retries
 * @param advice looks at Redis whenever a link has come up
 */
public record RedisSettings(
    String url, long commandTimeoutMs, RandomGenerator random, RedisAdvice advice) {

  public RedisSettings(String url, long commandTimeoutMs, RandomGenerator random) {
    this(url, commandTimeoutMs, random, new RedisAdvice());
  }

  @Override
  public String toString() {
    return "RedisSettings[commandTimeoutMs=" + commandTimeoutMs + "]";
  }
}
