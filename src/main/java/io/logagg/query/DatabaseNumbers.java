package io.logagg.query;

import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers of the database, read now and then for the metrics. Every process shows the same; while
 * PostgreSQL is away, those of before. They are not there until they are known for the first time:
 * a counter that went from 0 to what it was before a restart would look as if it had grown.
 *
 * @param <T> the numbers
 */
final class DatabaseNumbers<T> {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseNumbers.class);

  private final Database database;
  private final Supplier<Future<T>> read;
  private final Consumer<Supplier<T>> show;
  private volatile @Nullable T last;
  private volatile boolean reading;

  private DatabaseNumbers(Database database, Supplier<Future<T>> read, Consumer<Supplier<T>> show) {
    this.database = database;
    this.read = read;
    this.show = show;
  }

  /**
   * Starts on the calling verticle's context, and ends with it.
   *
   * @param show is called once, with what tells the numbers as they were last read
   */
  static <T> void start(
      Vertx vertx,
      Database database,
      long periodMs,
      Supplier<Future<T>> read,
      Consumer<Supplier<T>> show) {
    DatabaseNumbers<T> numbers = new DatabaseNumbers<>(database, read, show);
    vertx.setPeriodic(0, periodMs, id -> numbers.look());
  }

  /** One at a time. */
  private void look() {
    if (database.isReady() && !reading) {
      reading = true;
      read.get()
          .onComplete(done -> reading = false)
          .onSuccess(this::saw)
          .onFailure(e -> LOG.debug("reading numbers for the metrics: {}", e.getMessage()));
    }
  }

  private void saw(T numbers) {
    boolean isFirst = last == null;
    last = numbers;
    if (isFirst) {
      show.accept(this::last);
    }
  }

  private T last() {
    T numbers = last;
    if (numbers == null) {
      throw new IllegalStateException("shown before they are known");
    }
    return numbers;
  }
}
