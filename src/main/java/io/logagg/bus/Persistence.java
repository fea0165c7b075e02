package io.logagg.bus;

/**
 * What {@code PersistenceVerticle} serves. Failures are {@link BusException}s; none means that
 * nothing is stored twice.
 */
public final class Persistence {
  /** Stores records; answered after the commit. Asking again with the same batches is safe. */
  public static final Address<WriteRequest, WriteOutcome> WRITE =
      new Address<>("logagg.persistence.write", WriteRequest.class, WriteOutcome.class);

  /** Keeps dead letters; answers how many are new. Asking again is safe. */
  public static final Address<DeadLetters, Integer> KEEP_DEAD_LETTERS =
      new Address<>("logagg.persistence.dead-letters", DeadLetters.class, Integer.class);

  /** Forgets keys of stored entries; answers how many. */
  public static final Address<ForgetEntries, Integer> FORGET_ENTRIES =
      new Address<>("logagg.persistence.forget-entries", ForgetEntries.class, Integer.class);

  /** Forgets ids of dead letters that no mirror has any more; answers how many. */
  public static final Address<ForgetEntries, Integer> FORGET_DEAD_LETTERS =
      new Address<>("logagg.persistence.forget-dead-letters", ForgetEntries.class, Integer.class);

  /** Replays a dead letter; answers what became of it. Asking again is safe. */
  public static final Address<ReplayRequest, ReplayOutcome> REPLAY =
      new Address<>("logagg.persistence.replay", ReplayRequest.class, ReplayOutcome.class);

  /** Replays dead letters as they are; answers what became of them. Asking again is safe. */
  public static final Address<ReplayMany, ReplayCounts> REPLAY_MANY =
      new Address<>("logagg.persistence.replay-many", ReplayMany.class, ReplayCounts.class);

  private Persistence() {}
}
