package io.logagg.http;

import io.logagg.access.Scope;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Somebody with a key of one kind, or with none.
 *
 * @param key empty for none
 * @param scopes all that it has, by others as well
 */
record Caller(String name, String key, Set<Scope> scopes, Reach reach) {
  enum Reach {
    /** There is no such key, or no more. */
    NOBODY,
    ALL,
    RIGHT,
    WRONG
  }

  /**
   * One of each kind.
   *
   * @param apps those that the keys with {@link Reach#RIGHT} are for
   */
  static List<Caller> all(RunningLogagg logagg, TestKeys keys, String... apps) {
    List<Caller> all = new ArrayList<>();
    all.add(new Caller("no key", "", Set.of(), Reach.NOBODY));
    all.add(new Caller("malformed key", "secret", Set.of(), Reach.NOBODY));
    all.add(new Caller("unknown key", TestKeys.unknown(), Set.of(), Reach.NOBODY));
    all.add(new Caller("revoked key", keys.revoked(), Set.of(), Reach.NOBODY));
    all.add(new Caller("expired key", keys.expired(), Set.of(), Reach.NOBODY));
    for (Scope scope : Scope.values()) {
      all.add(of(logagg, keys, scope, Reach.ALL));
      all.add(of(logagg, keys, scope, Reach.RIGHT, apps));
      all.add(of(logagg, keys, scope, Reach.WRONG, "matrix-other"));
    }
    return all;
  }

  private static Caller of(
      RunningLogagg logagg, TestKeys keys, Scope scope, Reach reach, String... apps) {
    String key = TestKeys.known(logagg, keys.key(Set.of(scope), apps));
    Set<Scope> all = scope == Scope.ADMIN ? Set.of(Scope.values()) : Set.of(scope);
    return new Caller(scope + " " + reach, key, all, reach);
  }
}
