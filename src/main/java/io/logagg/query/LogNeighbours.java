package io.logagg.query;

import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.record.AppAccess;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds what was logged just before and after a record. Thread-safe. */
public final class LogNeighbours {
  private final LogSearch search;
  private final FirstChunk first;

  public LogNeighbours(LogSearch search, LogScan scan, RareMatches rare) {
    this.search = search;
    this.first = new FirstChunk(scan, rare);
  }

  /** What counts as a neighbour. */
  public enum Within {
    /** Of the same app and the same service, or without one as well. */
    SERVICE,
    APP,
    /** All that may be seen. */
    ALL
  }

  /**
   * What is asked for.
   *
   * @param access by whom
   * @param before at most so many, and no more than {@link LogScan#MAX_ROWS}
   * @param after the same
   */
  public record Request(AppAccess access, UUID id, int before, int after, Within within) {}

  /**
   * A record and its neighbours, all in the order of time.
   *
   * @param isCut whether there are fewer of them than asked for, and than there are, because they
   *     are large: a side holds up to {@link LogScan#MAX_BYTES}
   */
  public record Neighbours(List<LogRow> before, LogRow record, List<LogRow> after, boolean isCut) {}

  /** Some rows, the nearest first. */
  private record Side(List<LogRow> rows, boolean isCut) {}

  /** Empty if there is no such record. */
  public Future<Optional<Neighbours>> of(Request request, Abandonment abandonment) {
    return search
        .find(request.access(), request.id())
        .compose(
            found ->
                found.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : of(request, found.get(), abandonment).map(Optional::of));
  }

  private Future<Neighbours> of(Request request, LogRow row, Abandonment abandonment) {
    LogFilter filter = filter(request.within(), row).restrictedTo(request.access());
    From newer = new From(filter, Order.OLDEST_FIRST, row.id());
    From older = new From(filter, Order.NEWEST_FIRST, row.id());
    return side(older, request.before(), abandonment)
        .compose(
            before ->
                side(newer, request.after(), abandonment)
                    .map(
                        after -> {
                          List<LogRow> inOrder = new ArrayList<>(before.rows());
                          Collections.reverse(inOrder);
                          return new Neighbours(
                              inOrder, row, after.rows(), before.isCut() || after.isCut());
                        }));
  }

  private static LogFilter filter(Within within, LogRow row) {
    String service = row.service();
    return switch (within) {
      case ALL -> LogFilter.ALL;
      case APP -> new LogFilter(List.of(row.app()), List.of(), List.of(), null, null, null);
      case SERVICE ->
          new LogFilter(
              List.of(row.app()),
              List.of(),
              List.of(service == null ? "" : service),
              null,
              null,
              null);
    };
  }

  private Future<Side> side(From from, int rows, Abandonment abandonment) {
    if (rows == 0) {
      return Future.succeededFuture(new Side(List.of(), false));
    }
    List<LogRow> read = new ArrayList<>();
    return first
        .read(
            from,
            rows,
            () -> {
              read.clear();
              return read::add;
            },
            abandonment)
        .map(done -> new Side(read, done.chunk().cutByBytes()));
  }
}
