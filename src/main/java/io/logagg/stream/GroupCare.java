package io.logagg.stream;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member of a consumer group does now and then: takes over entries that others have left
 * alone, keeps its own from being taken over, and removes the names of dead consumers. Belongs to
 * one context.
 */
final class GroupCare {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCare.class);
  private static final String START = "0-0";

  /**
   * A consumer that has not asked for anything in that time is dead: a living one asks all the
   * time.
   */
  private static final long MIN_DEAD_MS = 300_000;

  private final Vertx vertx;
  private final StreamReader reader;
  private final RedisLink link;
  private final long claimIdleMs;
  private final Member member;
  private final List<Long> timers = new ArrayList<>();
  private String claimCursor = START;
  private long takenOver;
  private boolean claimDue;
  private boolean claiming;

  /**
   * The member that is cared for.
   *
   * @param hasRoom whether it can take more
   * @param readCount how many entries it can take
   * @param held the ids of the entries that it has
   * @param takeOver is given entries that are its own from now on
   */
  record Member(
      BooleanSupplier hasRoom,
      IntSupplier readCount,
      Supplier<Collection<String>> held,
      Consumer<List<RawEntry>> takeOver) {}

  GroupCare(Vertx vertx, StreamReader reader, RedisLink link, long claimIdleMs, Member member) {
    this.vertx = vertx;
    this.reader = reader;
    this.link = link;
    this.claimIdleMs = claimIdleMs;
    this.member = member;
  }

  void start() {
    every(claimIdleMs / 2, this::claimAnew);
    every(claimIdleMs / 3, this::keepHeld);
    every(claimIdleMs, this::removeDeadConsumers);
  }

  private void every(long periodMs, Runnable action) {
    timers.add(
        vertx.setPeriodic(
            Math.max(1, periodMs),
            id -> {
              if (link.isUp()) {
                action.run();
              }
            }));
  }

  private void claimAnew() {
    claimDue = true;
    claimOn();
  }

  /**
   * Takes over what others have left alone, as far as there is room. To be called whenever there is
   * room again: a look at what is pending goes on until it has come to the end.
   */
  void claimOn() {
    if (!claimDue || claiming || !member.hasRoom().getAsBoolean()) {
      return;
    }
    claiming = true;
    reader
        .claim(link, claimIdleMs, claimCursor, member.readCount().getAsInt())
        .onSuccess(this::claimed)
        .onFailure(
            e -> {
              claiming = false;
              claimDue = false; // Until the next time.
              LOG.debug("claiming on {}: {}", reader.key(), e.getMessage());
            });
  }

  private void claimed(StreamReader.Claimed claimed) {
    claiming = false;
    claimCursor = claimed.next();
    claimDue = !claimCursor.equals(START);
    takenOver += claimed.entries().size();
    if (!claimDue && takenOver > 0) {
      LOG.info("took over {} entries of {}", takenOver, reader.key());
      takenOver = 0;
    }
    if (!claimed.entries().isEmpty()) {
      member.takeOver().accept(claimed.entries());
    }
    claimOn();
  }

  private void keepHeld() {
    List<String> held = List.copyOf(member.held().get());
    if (!held.isEmpty()) {
      reader
          .keep(link, held)
          .onFailure(e -> LOG.debug("keeping entries of {}: {}", reader.key(), e.getMessage()));
    }
  }

  private void removeDeadConsumers() {
    reader
        .removeIdleConsumers(link, Math.max(MIN_DEAD_MS, 10 * claimIdleMs))
        .onFailure(e -> LOG.debug("removing consumers of {}: {}", reader.key(), e.getMessage()));
  }

  void stop() {
    timers.forEach(vertx::cancelTimer);
  }
}
