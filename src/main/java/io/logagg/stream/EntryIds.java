package io.logagg.stream;

import io.logagg.stream.RedisException.Kind;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Redis answers to XADD: the id of the new entry. Redis' protocol notices no damage, and a
 * damaged answer that can be read as some other kind of value must not pass for an acknowledgement.
 */
final class EntryIds {
  private static final Pattern ID = Pattern.compile("\\d{1,20}-\\d{1,20}");

  private EntryIds() {}

  /** Done if all of these are ids; else nothing is known of what was asked. */
  static Future<Void> requireAll(List<? extends @Nullable Response> answers) {
    return answers.stream().allMatch(EntryIds::isId) ? Future.succeededFuture() : noIds();
  }

  /** Done if this is a list of so many ids; else nothing is known of what was asked. */
  static Future<Void> requireMany(@Nullable Response answer, int count) {
    return answer != null && answer.type() == ResponseType.MULTI && answer.size() == count
        ? requireAll(answer.stream().toList())
        : noIds();
  }

  private static Future<Void> noIds() {
    return Future.failedFuture(
        new RedisException(Kind.UNKNOWN, "an answer to XADD that is no entry's id"));
  }

  private static boolean isId(@Nullable Response answer) {
    return answer != null
        && answer.type() == ResponseType.BULK
        && ID.matcher(answer.toString()).matches();
  }
}
