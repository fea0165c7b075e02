package io.logagg.keys;

import io.logagg.access.KeyStore;
import io.logagg.command.CommandDatabase;
import io.vertx.core.Future;
import java.util.function.Function;

/** How a command comes to the keys. */
final class KeyWork {
  private KeyWork() {}

  /** Does something with the keys; what it answers is the exit status. */
  static int run(CommandDatabase database, Function<KeyStore, Future<Integer>> work)
      throws InterruptedException {
    return database.use(
        (opened, random) -> CommandDatabase.await(work.apply(new KeyStore(opened, random))));
  }
}
