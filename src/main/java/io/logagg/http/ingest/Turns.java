package io.logagg.http.ingest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Lets one request at a time through for each key; the others stand in line, so that however many
 * come with one key, only one asks the database. Belongs to one context.
 */
final class Turns {
  /** So many may stand in all lines. */
  static final int MAX_WAITING = 1000;

  private final Vertx vertx;
  private final Map<UUID, Deque<Promise<Boolean>>> lines = new HashMap<>();
  private int waiting;

  Turns(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Whether its turn has come; not if that takes too long, or too many wait. */
  Future<Boolean> enter(UUID key, long limitMs) {
    Deque<Promise<Boolean>> line = lines.get(key);
    if (line == null) {
      lines.put(key, new ArrayDeque<>());
      return Future.succeededFuture(true);
    }
    if (waiting >= MAX_WAITING) {
      return Future.succeededFuture(false);
    }
    Promise<Boolean> turn = Promise.promise();
    line.add(turn);
    waiting++;
    long timer =
        vertx.setTimer(
            limitMs,
            id -> {
              if (line.remove(turn)) {
                waiting--;
                turn.complete(false);
              }
            });
    return turn.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** Whose turn it was is done: it is the next one's. */
  void leave(UUID key) {
    Deque<Promise<Boolean>> line = lines.get(key);
    if (line == null) {
      return;
    }
    Promise<Boolean> next = line.poll();
    if (next == null) {
      lines.remove(key);
    } else {
      waiting--;
      next.complete(true);
    }
  }
}
