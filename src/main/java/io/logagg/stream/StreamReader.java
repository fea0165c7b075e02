package io.logagg.stream;

import io.logagg.stream.RedisException.Kind;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One stream, as a member of its consumer group sees it. Stateless but for the links that it uses.
 */
final class StreamReader {
  private static final String REMOVE_IDLE_CONSUMERS =
      """
      local removed = 0
      for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
        local info = {}
        for i = 1, #flat, 2 do info[flat[i]] = flat[i + 1] end
        if info.pending == 0 and info.idle > tonumber(ARGV[2]) and info.name ~= ARGV[3] then
          redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], info.name)
          removed = removed + 1
        end
      end
      return removed""";

  private static final String TRIM_ACKNOWLEDGED =
      """
      local excess = redis.call('XLEN', KEYS[1]) - tonumber(ARGV[2])
      if excess <= 0 then return 0 end
      local bound = redis.call('XPENDING', KEYS[1], ARGV[1])[2]
      local inclusive = false
      if not bound then
        for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
          local info = {}
          for i = 1, #flat, 2 do info[flat[i]] = flat[i + 1] end
          if info.name == ARGV[1] then bound = info['last-delivered-id'] end
        end
        inclusive = true
      end
      if not bound then return 0 end
      local bound_ms, bound_seq = bound:match('(%d+)-(%d+)')
      bound_ms, bound_seq = tonumber(bound_ms), tonumber(bound_seq)
      local gone = {}
      for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', math.min(excess, 200))) do
        local ms, seq = entry[1]:match('(%d+)-(%d+)')
        ms, seq = tonumber(ms), tonumber(seq)
        local before = ms < bound_ms or (ms == bound_ms and (seq < bound_seq or (inclusive and seq == bound_seq)))
        if not before then break end
        gone[#gone + 1] = entry[1]
      end
      if #gone == 0 then return 0 end
      return redis.call('XDEL', KEYS[1], unpack(gone))""";

  /** Not a MULTI: in one, a Redis that has no memory left takes no command, and stays full. */
  private static final String REMOVE =
      """
      redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
      return redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 2))""";

  /** Ids in one command: a script can pass on 8000 at most, and Redis should not be held up. */
  private static final int MAX_IDS = 1000;

  private final String key;
  private final String group;
  private final String consumer;

  StreamReader(String key, String group, String consumer) {
    this.key = key;
    this.group = group;
    this.consumer = consumer;
  }

  /** What a claim brought, and where the next one goes on; {@code 0-0} at the end. */
  record Claimed(String next, List<RawEntry> entries) {}

  String key() {
    return key;
  }

  /**
   * Creates the group, and the stream with it, unless they are there. A new group starts at the
   * oldest entry.
   */
  Future<Void> ensureGroup(RedisLink link) {
    Request create =
        Request.cmd(Command.XGROUP).arg("CREATE").arg(key).arg(group).arg("0").arg("MKSTREAM");
    return link.send(create)
        .<Void>mapEmpty()
        .recover(e -> isThere(e) ? Future.succeededFuture() : Future.failedFuture(e));
  }

  /**
   * A Redis that has no memory left does not even look whether the group is there. It must be read
   * all the same, or it stays full; if there is none, the reading says so.
   */
  private static boolean isThere(Throwable e) {
    return String.valueOf(e.getMessage()).startsWith("BUSYGROUP")
        || (e instanceof RedisException redis && redis.kind() == Kind.OUT_OF_MEMORY);
  }

  /**
   * Entries that no consumer has had, waiting for the first of them up to {@code blockMs}, 0 for
   * not at all.
   */
  Future<List<RawEntry>> readNew(RedisLink link, int count, long blockMs) {
    Request read = readGroup(count);
    if (blockMs > 0) {
      read.arg("BLOCK").arg(blockMs);
    }
    return link.send(read.arg("STREAMS").arg(key).arg(">"), blockMs).map(this::ofOnlyStream);
  }

  /** Entries that this consumer had and did not acknowledge, those after {@code afterId}. */
  Future<List<RawEntry>> readOwn(RedisLink link, int count, String afterId) {
    return link.send(readGroup(count).arg("STREAMS").arg(key).arg(afterId)).map(this::ofOnlyStream);
  }

  /** One entry as it stands on the stream; empty if it was removed. */
  Future<Optional<RawEntry>> read(RedisLink link, String id) {
    return link.send(Request.cmd(Command.XRANGE).arg(key).arg(id).arg(id))
        .map(
            found ->
                found == null ? Optional.<RawEntry>empty() : entries(found).stream().findFirst());
  }

  private Request readGroup(int count) {
    return Request.cmd(Command.XREADGROUP)
        .arg("GROUP")
        .arg(group)
        .arg(consumer)
        .arg("COUNT")
        .arg(count);
  }

  /** With RESP3 the answer is a map from stream to entries, with RESP2 a list of pairs. */
  private List<RawEntry> ofOnlyStream(@Nullable Response streams) {
    if (streams == null || streams.size() == 0) {
      return List.of();
    }
    return entries(streams.isMap() ? streams.get(key) : streams.get(0).get(1));
  }

  private static List<RawEntry> entries(Response list) {
    List<RawEntry> entries = new ArrayList<>(list.size());
    for (Response item : list) {
      // Redis before 7 gives nil for a claimed entry that was deleted.
      if (item != null) {
        entries.add(new RawEntry(item.get(0).toString(), fields(item.get(1))));
      }
    }
    return entries;
  }

  /** The fields of an entry; none if it was deleted while pending. */
  private static Map<String, Response> fields(@Nullable Response list) {
    if (list == null) {
      return Map.of();
    }
    Map<String, Response> fields = new LinkedHashMap<>();
    for (int i = 0; i + 1 < list.size(); i += 2) {
      fields.put(list.get(i).toString(), list.get(i + 1));
    }
    return fields;
  }

  /** Takes over what other consumers have left alone for {@code idleMs}. */
  Future<Claimed> claim(RedisLink link, long idleMs, String cursor, int count) {
    Request claim =
        Request.cmd(Command.XAUTOCLAIM)
            .arg(key)
            .arg(group)
            .arg(consumer)
            .arg(idleMs)
            .arg(cursor)
            .arg("COUNT")
            .arg(count);
    return link.send(claim).map(StreamReader::claimed);
  }

  private static Claimed claimed(@Nullable Response answer) {
    if (answer == null) {
      return new Claimed("0-0", List.of());
    }
    List<RawEntry> entries = entries(answer.get(1));
    if (answer.size() > 2) {
      // From Redis 7 on, those that were deleted while pending come as ids, and are forgotten.
      answer.get(2).forEach(id -> entries.add(new RawEntry(id.toString(), Map.of())));
    }
    return new Claimed(answer.get(0).toString(), entries);
  }

  /** How often each of this consumer's pending entries from one id to another was delivered. */
  Future<Map<String, Long>> deliveries(RedisLink link, String fromId, String toId, int count) {
    Request pending =
        Request.cmd(Command.XPENDING)
            .arg(key)
            .arg(group)
            .arg(fromId)
            .arg(toId)
            .arg(count)
            .arg(consumer);
    return link.send(pending).map(StreamReader::deliveries);
  }

  private static Map<String, Long> deliveries(@Nullable Response pending) {
    Map<String, Long> deliveries = new HashMap<>();
    if (pending != null) {
      for (Response entry : pending) {
        deliveries.put(entry.get(0).toString(), entry.get(3).toLong());
      }
    }
    return deliveries;
  }

  /**
   * Removes the names of consumers that have been gone for so long and have nothing pending;
   * checked and done in one go, since removing a consumer forgets what it has pending.
   */
  Future<Long> removeIdleConsumers(RedisLink link, long idleMs) {
    Request script =
        Request.cmd(Command.EVAL)
            .arg(REMOVE_IDLE_CONSUMERS)
            .arg(1)
            .arg(key)
            .arg(group)
            .arg(idleMs)
            .arg(consumer);
    return link.send(script).map(removed -> removed == null ? 0L : removed.toLong());
  }

  /** Keeps entries this consumer's own, so that nobody claims them while they wait. */
  Future<Void> keep(RedisLink link, List<String> ids) {
    return inSlices(
        link,
        ids,
        slice -> {
          Request claim = Request.cmd(Command.XCLAIM).arg(key).arg(group).arg(consumer).arg(0);
          slice.forEach(claim::arg);
          return claim.arg("JUSTID");
        });
  }

  /** Acknowledges entries and leaves them on the stream. */
  Future<Void> acknowledge(RedisLink link, List<String> ids) {
    return inSlices(
        link,
        ids,
        slice -> {
          Request acknowledge = Request.cmd(Command.XACK).arg(key).arg(group);
          slice.forEach(acknowledge::arg);
          return acknowledge;
        });
  }

  /**
   * Acknowledges entries and removes them, of each both or neither, even if Redis has no memory
   * left. After a failure some may be gone and others not.
   */
  Future<Void> remove(RedisLink link, List<String> ids) {
    return inSlices(
        link,
        ids,
        slice -> {
          Request script = Request.cmd(Command.EVAL).arg(REMOVE).arg(1).arg(key).arg(group);
          slice.forEach(script::arg);
          return script;
        });
  }

  private static Future<Void> inSlices(
      RedisLink link, List<String> ids, Function<List<String>, Request> command) {
    List<Request> commands = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += MAX_IDS) {
      commands.add(command.apply(ids.subList(from, Math.min(ids.size(), from + MAX_IDS))));
    }
    return link.sendAll(commands).mapEmpty();
  }

  /** The milliseconds of the id of the oldest entry, or of the next one if there is none. */
  Future<Long> firstEntryMs(RedisLink link) {
    return link.send(Request.cmd(Command.XINFO).arg("STREAM").arg(key))
        .map(StreamReader::firstEntryMs);
  }

  private static long firstEntryMs(@Nullable Response info) {
    Response first = value(info, "first-entry");
    Response last = value(info, "last-generated-id");
    if (first != null && first.size() > 0) {
      return StampedTime.ofEntry(first.get(0).toString());
    }
    return last == null ? 0 : StampedTime.ofEntry(last.toString());
  }

  /**
   * Removes the oldest entries beyond the newest {@code keep}, some at a time, but none that was
   * not delivered and acknowledged.
   */
  Future<Void> trimAcknowledged(RedisLink link, long keep) {
    Request script =
        Request.cmd(Command.EVAL).arg(TRIM_ACKNOWLEDGED).arg(1).arg(key).arg(group).arg(keep);
    return link.send(script).mapEmpty();
  }

  /** A named value: a map's with RESP3, in a flat list of names and values with RESP2. */
  private static @Nullable Response value(@Nullable Response info, String name) {
    if (info == null) {
      return null;
    }
    if (info.isMap()) {
      return info.get(name);
    }
    for (int i = 0; i + 1 < info.size(); i += 2) {
      if (info.get(i).toString().equals(name)) {
        return info.get(i + 1);
      }
    }
    return null;
  }

  static boolean isNoGroup(Throwable e) {
    return e instanceof RedisException redis && redis.kind() == Kind.NO_GROUP;
  }
}
