package io.logagg.stream;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TokenBucket} in Redis, by Redis' clock. A bucket that is full has no key: it expires
 * when it would be. So is one whose key somebody has put something else into: one such must not
 * keep the others of a pipeline from being counted. Has one key, so that it works on a cluster.
 */
final class BucketScript {
  /** Takes ARGV[2], fills at ARGV[1] a second; answers what is left. */
  private static final String TAKE =
      """
      local rate, taken = tonumber(ARGV[1]), tonumber(ARGV[2])
      local time = redis.call('TIME')
      local now = time[1] * 1000000 + time[2]
      local kept = redis.pcall('GET', KEYS[1])
      local was, at
      if type(kept) == 'string' then was, at = string.match(kept, '^(%S+) (%d+)$') end
      was = tonumber(was)
      local level = rate
      if was then level = math.min(rate, was + math.max(0, now - at) * rate / 1000000) end
      if taken ~= 0 then
        level = math.min(rate, level - taken)
        local fullMs = math.ceil((rate - level) * 1000 / rate) + 1
        redis.call('SET', KEYS[1], string.format('%.6f %.0f', level, now), 'PX',
          string.format('%.0f', math.min(fullMs, 1e12)))
      end
      return string.format('%.6f', level)""";

  private static final String SHA = sha1(TAKE);

  private BucketScript() {}

  private static String sha1(String script) {
    try {
      // Only how Redis names scripts; nothing rests on it.
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(script.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /**
   * Takes from a bucket.
   *
   * @param isKnown whether Redis has the script already
   */
  static Request take(boolean isKnown, String key, long perSecond, long count) {
    Request request =
        isKnown ? Request.cmd(Command.EVALSHA).arg(SHA) : Request.cmd(Command.EVAL).arg(TAKE);
    return request.arg(1).arg(key).arg(perSecond).arg(count);
  }

  /** What is left in the bucket. */
  static double level(@Nullable Response answer) {
    if (answer == null) {
      throw new IllegalArgumentException("the script always answers");
    }
    return Double.parseDouble(answer.toString());
  }

  /** Whether Redis has forgotten the script, or never knew it. */
  static boolean isUnknown(Throwable failure) {
    return failure instanceof RedisException redis
        && String.valueOf(redis.getMessage()).startsWith("NOSCRIPT");
  }
}
