package io.logagg.stream;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * How far a consumer group has come with a stream.
 *
 * @param entries on the stream
 * @param lag entries that no consumer has read
 * @param pending entries that a consumer has read and not acknowledged
 * @param oldestMs how long the oldest of these two has waited, by Redis' clock, in milliseconds
 */
record GroupState(long entries, long lag, long pending, long oldestMs) {
  static final GroupState NOTHING = new GroupState(0, 0, 0, 0);

  /**
   * Only numbers leave Redis, whose versions before 7.0 do not know the lag; then, and where it
   * cannot tell, it is what is there and not pending: right as long as entries are removed when
   * they are acknowledged.
   */
  private static final String LOOK =
      """
      local key, group = KEYS[1], ARGV[1]
      local entries = redis.call('XLEN', key)
      if redis.call('EXISTS', key) == 0 then return {0, 0, 0, 0} end
      local delivered, pending, lag, oldest = '0-0', 0, false, false
      for _, flat in ipairs(redis.call('XINFO', 'GROUPS', key)) do
        local info = {}
        for i = 1, #flat, 2 do info[flat[i]] = flat[i + 1] end
        if info.name == group then
          delivered, pending, lag = info['last-delivered-id'], info.pending, info.lag
          oldest = redis.call('XPENDING', key, group)[2]
        end
      end
      if not lag then lag = math.max(0, entries - pending) end
      if lag > 0 then
        local first = redis.call('XRANGE', key, '(' .. delivered, '+', 'COUNT', 1)[1]
        local older = not oldest or (first and tonumber(first[1]:match('^%d+')) < tonumber(oldest:match('^%d+')))
        if first and older then oldest = first[1] end
      end
      if not oldest then return {entries, lag, pending, 0} end
      local now = redis.call('TIME')
      local age = now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(oldest:match('^%d+'))
      return {entries, lag, pending, math.max(0, age)}""";

  static Request look(String key, String group) {
    return Request.cmd(Command.EVAL).arg(LOOK).arg(1).arg(key).arg(group);
  }

  static GroupState of(@Nullable Response answer) {
    if (answer == null || answer.size() != 4) {
      throw new IllegalArgumentException("not what the script answers: " + answer);
    }
    return new GroupState(
        answer.get(0).toLong(),
        answer.get(1).toLong(),
        answer.get(2).toLong(),
        answer.get(3).toLong());
  }
}
