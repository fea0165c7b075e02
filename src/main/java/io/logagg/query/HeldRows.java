package io.logagg.query;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps rows until it is known that nothing comes between them, and from then on hands them on:
 * what came before first. Thread-safe; the taker is called by one thread at a time.
 */
final class HeldRows<T> implements Consumer<T> {
  private final Consumer<T> taker;
  private final List<T> held = new ArrayList<>();
  private boolean isOpen;

  HeldRows(Consumer<T> taker) {
    this.taker = taker;
  }

  @Override
  public synchronized void accept(T row) {
    if (isOpen) {
      taker.accept(row);
    } else {
      held.add(row);
    }
  }

  /** Hands on all that are held, and all that come. */
  synchronized void open() {
    isOpen = true;
    held.forEach(taker);
    held.clear();
  }

  /** Those that are held. */
  synchronized List<T> rows() {
    return List.copyOf(held);
  }
}
