package io.logagg.crash;

/** What can be done to whom. */
enum FaultKind {
  LOGAGG_KILL(Target.LOGAGG, 3),
  LOGAGG_STOP(Target.LOGAGG, 3),
  LOGAGG_TERM(Target.LOGAGG, 1),
  REDIS_KILL(Target.REDIS, 3),
  REDIS_STOP(Target.REDIS, 2),
  /** A script that runs for too long: BUSY to all others. */
  REDIS_BUSY(Target.REDIS, 2),
  REDIS_OUT_OF_MEMORY(Target.REDIS, 2),
  /** It takes no writes: NOREPLICAS, which is like READONLY but loses nothing. */
  REDIS_NO_REPLICAS(Target.REDIS, 2),
  REDIS_CLIENT_KILL(Target.REDIS, 2),
  /** As by hand: what was pending stands on the stream still. */
  REDIS_GROUP_DELETED(Target.REDIS, 2),
  /** As by hand: what one of them had pending is pending for nobody. */
  REDIS_CONSUMER_DELETED(Target.REDIS, 2),
  REDIS_CUT(Target.REDIS_LINK, 3),
  REDIS_DELAY(Target.REDIS_LINK, 2),
  REDIS_THROTTLE(Target.REDIS_LINK, 1),
  REDIS_HALF_OPEN(Target.REDIS_LINK, 3),
  REDIS_GARBLE(Target.REDIS_LINK, 2),
  POSTGRES_KILL(Target.POSTGRES, 2),
  POSTGRES_CHILD_KILL(Target.POSTGRES, 2),
  POSTGRES_STOP(Target.POSTGRES, 2),
  POSTGRES_DISK_FULL(Target.POSTGRES, 2),
  POSTGRES_CUT(Target.POSTGRES_LINK, 3),
  POSTGRES_DELAY(Target.POSTGRES_LINK, 2),
  POSTGRES_THROTTLE(Target.POSTGRES_LINK, 1),
  POSTGRES_HALF_OPEN(Target.POSTGRES_LINK, 3),
  POSTGRES_GARBLE(Target.POSTGRES_LINK, 2);

  /** One fault at a time for each. */
  enum Target {
    LOGAGG,
    REDIS,
    REDIS_LINK,
    POSTGRES,
    POSTGRES_LINK
  }

  final Target target;

  /** How often it is drawn, against the others. */
  final int weight;

  FaultKind(Target target, int weight) {
    this.target = target;
    this.weight = weight;
  }
}
