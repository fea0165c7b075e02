package io.logagg.stream;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * Finds entries that were delivered and are still on the stream, but are pending for nobody: a
 * consumer deleted by hand takes its pending list along, and a group whose position was set by hand
 * has skipped some. No read would ever give them out again. They are made pending anew, as if left
 * alone for ages, so that the next claim takes them over.
 *
 * <p>Only for a stream whose entries are removed when they are acknowledged. What is found may yet
 * be under way with a consumer that lost its name; the entry's key makes a second storing harmless.
 */
final class OrphanSweep {
  /** Whatever has become an orphan gets to the head, since all before it is stored and removed. */
  private static final int LOOK_AT = 32;

  static final String START = "-";

  private static final String ADOPT =
      """
      local last
      for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
        local info = {}
        for i = 1, #flat, 2 do info[flat[i]] = flat[i + 1] end
        if info.name == ARGV[1] then last = info['last-delivered-id'] end
      end
      if not last or last == '0-0' then return {0, ARGV[4]} end
      local adopted = 0
      local from = ARGV[4]
      for _ = 1, tonumber(ARGV[3]) do
        local entry = redis.call('XRANGE', KEYS[1], from, last, 'COUNT', 1)[1]
        if not entry then break end
        local id = entry[1]
        if #redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1) == 0 then
          redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'IDLE', 86400000, 'FORCE', 'JUSTID')
          adopted = adopted + 1
        end
        from = '(' .. id
      end
      return {adopted, from}""";

  private final String key;
  private final String group;
  private final String consumer;

  OrphanSweep(String key, String group, String consumer) {
    this.key = key;
    this.group = group;
    this.consumer = consumer;
  }

  /**
   * What one look found.
   *
   * @param adopted how many were orphans
   * @param next where the next look goes on
   */
  record Look(long adopted, String next) {}

  /** One look at the oldest entries behind a place; {@link #START} for the oldest of all. */
  Future<Look> run(RedisLink link, String from) {
    Request script =
        Request.cmd(Command.EVAL)
            .arg(ADOPT)
            .arg(1)
            .arg(key)
            .arg(group)
            .arg(consumer)
            .arg(LOOK_AT)
            .arg(from);
    return link.send(script)
        .map(
            answer ->
                answer == null
                    ? new Look(0, from)
                    : new Look(answer.get(0).toLong(), answer.get(1).toString()));
  }
}
