package io.logagg.access;

import io.vertx.core.Future;

/** Recognises keys. Thread-safe, and never waits but in {@link #refresh}. */
public interface Authenticator {
  /** Lets everybody in, whatever they present. */
  Authenticator OPEN =
      new Authenticator() {
        @Override
        public boolean asksForKeys() {
          return false;
        }

        @Override
        public Verdict verify(String key) {
          return new Verdict.Known(Principal.ANYBODY);
        }

        @Override
        public boolean stillHolds(Principal principal) {
          return true;
        }

        @Override
        public Future<Void> refresh() {
          return Future.succeededFuture();
        }
      };

  /** Whether anything needs a key. */
  boolean asksForKeys();

  /** What a key is worth now, as far as this process knows. */
  Verdict verify(String key);

  /** Whether one who was let in would be let in again: for requests that take long. */
  boolean stillHolds(Principal principal);

  /**
   * Learns of keys that others have made or revoked up to now; done, on the caller's context, once
   * that is tried, which may wait a moment for others who ask the same. Never fails.
   */
  Future<Void> refresh();
}
