package io.logagg.seal;

import io.logagg.block.CorruptBlockException;
import io.logagg.seal.BlockTable.Header;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;

/** Decodes and encodes outside of event loops. Stateless. */
public final class BlockWork {
  private BlockWork() {}

  /**
   * Runs it on a worker thread of the current context; a {@link CorruptBlockException} tells which
   * block it is about.
   */
  public static <T> Future<T> run(Header header, Callable<T> work) {
    return run(
        () -> {
          try {
            return work.call();
          } catch (CorruptBlockException e) {
            throw new CorruptBlockException(header.name() + ": " + e.getMessage());
          }
        });
  }

  /** The same for what is not about one block. */
  public static <T> Future<T> run(Callable<T> work) {
    return Vertx.currentContext().executeBlocking(work, false);
  }
}
