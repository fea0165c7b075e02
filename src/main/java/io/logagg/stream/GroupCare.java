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
    every(claimIdleMs / 2, this::claim);
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

  /** Takes over what others have left alone, as far as there is room. */
  private void claim() {
    if (!member.hasRoom().getAsBoolean()) {
      return;
    }
    reader
        .claim(link, claimIdleMs, claimCursor, member.readCount().getAsInt())
        .onSuccess(
            claimed -> {
              claimCursor = claimed.next();
              if (!claimed.entries().isEmpty()) {
                LOG.info("took over {} entries of {}", claimed.entries().size(), reader.key());
                member.takeOver().accept(claimed.entries());
              }
              if (!claimCursor.equals(START)) {
                claim();
              }
            })
        .onFailure(e -> LOG.debug("claiming on {}: {}", reader.key(), e.getMessage()));
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
