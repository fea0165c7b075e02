package io.logagg.stream;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * What has come onto the stream since an earlier look at it: the oldest of it read entry by entry,
 * as far as a bound allows, and a few of the newest. Of an entry of another program, which says
 * nothing of its records, it is taken that it has one.
 *
 * @param added how many entries were ever added to the stream
 * @param lastId of the newest entry, for the next look
 * @param read how many entries were read from where the last look ended, and all their records
 * @param newest how many of the newest entries were read, and all their records
 */
public record StreamGrowth(
    long added, String lastId, long read, long readRecords, long newest, long newestRecords) {
  /** Looks from the beginning of the stream. */
  public static final String START = "0-0";

  /** Only numbers leave Redis. It stops after about half a megabyte, or four entries beyond. */
  private static final String LOOK =
      """
      local key = KEYS[1]
      if redis.call('XLEN', key) == 0 then
        return {0, ARGV[1], 0, 0, 0, 0}
      end
      local bytes = 0
      local function records(entry)
        local fields = entry[2]
        for i = 1, #fields do bytes = bytes + #fields[i] end
        local n = fields[1] == '{pack}' and fields[3] == '{n}' and tonumber(fields[4])
        return n and n >= 1 and n <= 10000 and n or 1
      end
      local newest, newestRecords = 0, 0
      for _, entry in ipairs(redis.call('XREVRANGE', key, '+', '-', 'COUNT', 4)) do
        newest, newestRecords = newest + 1, newestRecords + records(entry)
      end
      bytes = 0
      local from, read, readRecords = ARGV[1], 0, 0
      repeat
        local some = redis.call('XRANGE', key, '(' .. from, '+', 'COUNT', 4)
        for _, entry in ipairs(some) do
          from, read, readRecords = entry[1], read + 1, readRecords + records(entry)
        end
      until #some == 0 or bytes > 524288
      local info, added, last = redis.call('XINFO', 'STREAM', key), -1, from
      for i = 1, #info, 2 do
        if info[i] == 'entries-added' then added = info[i + 1] end
        if info[i] == 'last-generated-id' then last = info[i + 1] end
      end
      return {added, last, read, readRecords, newest, newestRecords}"""
          .replace("{pack}", EntryCodec.PACK)
          .replace("{n}", EntryCodec.COUNT);

  static Request look(String key, String fromId) {
    return Request.cmd(Command.EVAL).arg(LOOK).arg(1).arg(key).arg(fromId);
  }

  static StreamGrowth of(@Nullable Response answer) {
    if (answer == null || answer.size() != 6) {
      throw new IllegalArgumentException("not what the script answers: " + answer);
    }
    return new StreamGrowth(
        answer.get(0).toLong(),
        answer.get(1).toString(),
        answer.get(2).toLong(),
        answer.get(3).toLong(),
        answer.get(4).toLong(),
        answer.get(5).toLong());
  }
}
