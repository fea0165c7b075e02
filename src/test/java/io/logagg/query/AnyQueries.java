package io.logagg.query;

import io.logagg.filter.AnyConditions;
import io.logagg.filter.AnyRecords;
import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.Field.Metadata;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.filter.language.Parser;
import io.logagg.filter.language.QueryPrinter;
import io.logagg.filter.language.QuerySyntaxException;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogScan.From;
import io.logagg.query.LogSearch.Order;
import io.logagg.query.NumberSeries.Point;
import io.logagg.query.NumberSeries.Statistic;
import io.logagg.query.SealedStore.Readers;
import io.logagg.record.AppAccess;
import io.vertx.core.Future;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Queries of a seed, of every kind. */
final class AnyQueries {
  private static final String[] INTERVALS = {"1s", "1m", "5m", "1h", "6h", "1d", "7d"};
  private static final String[] ZONES = {"UTC", "Europe/Berlin", "Asia/Kathmandu"};
  private static final String[] PATHS = {
    "a", "b", "a.b", "ms", "trace_id", "user.id", "user", "tags", "http.status", "level", "none"
  };

  private final Random random;
  private final AnyRecords records;
  private final AnyConditions conditions;
  private final AnyLogs logs;

  AnyQueries(Random random, AnyRecords records, AnyLogs logs) {
    this.random = random;
    this.records = records;
    this.conditions = new AnyConditions(random, records);
    this.logs = logs;
  }

  /**
   * One of them.
   *
   * @param text for people
   */
  record Query(String text, Function<Readers, Future<?>> asking) {
    /** What comes of it; equal if the answers are. */
    Future<Object> ask(Readers readers) {
      return asking.apply(readers).map(answer -> answer);
    }
  }

  /** Those that cost much are rarer. */
  Query next() {
    int kind = random.nextInt(200);
    if (kind < 20) {
      UUID id = logs.anyId();
      AppAccess access = access();
      return new Query("find " + id + " " + access, readers -> readers.search().find(access, id));
    }
    if (kind < 24) {
      return neighbours();
    }
    LogFilter filter = filter();
    return kind < 110
        ? chunk(filter)
        : kind < 122
            ? list(filter)
            : kind < 145
                ? keys(filter)
                : kind < 165
                    ? query("stats", filter, readers -> readers.stats().totals(filter))
                    : kind < 177 ? histogram(filter) : kind < 188 ? top(filter) : rare(filter);
  }

  private Query rare(LogFilter filter) {
    int kind = random.nextInt(12);
    return kind < 7 ? series(filter) : kind < 11 ? patterns(filter) : sample(filter);
  }

  private static Query query(String what, LogFilter filter, Function<Readers, Future<?>> asking) {
    Condition condition = filter.condition();
    String asked = condition == null ? "" : ", as text: " + QueryPrinter.print(condition);
    return new Query(what + " of " + filter + asked, asking);
  }

  private LogFilter filter() {
    LogFilter filter =
        new LogFilter(
            some("shop", "bank", "äpp", "gone", "no such app"),
            some("INFO", "WARN", "ODD", "ÄRGER"),
            some("", "api", "ünï"),
            random.nextInt(3) == 0 ? logs.anyTime() : null,
            random.nextInt(3) == 0 ? logs.anyTime() : null,
            random.nextInt(4) == 0 ? null : read(condition()));
    AppAccess access = access();
    LogFilter seen =
        filter.apps().stream().allMatch(access::permits) ? filter.restrictedTo(access) : filter;
    return random.nextBoolean() ? seen.narrowed() : seen;
  }

  private AppAccess access() {
    return random.nextInt(5) == 0
        ? new AppAccess(Set.of(records.pick("shop", "bank", "gone"), "äpp"))
        : AppAccess.ALL;
  }

  private List<String> some(String... values) {
    return random.nextInt(3) > 0
        ? List.of()
        : Arrays.stream(values).filter(value -> random.nextBoolean()).toList();
  }

  /** As the language has it. */
  private static Condition read(Condition condition) {
    try {
      return Parser.parse(QueryPrinter.print(condition), AnyRecords.NOW_MICROS);
    } catch (QuerySyntaxException e) {
      throw new IllegalStateException(condition.toString(), e);
    }
  }

  private Condition condition() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> any();
      case 2 -> Condition.and(List.of(likely(), any()));
      case 3 -> Condition.or(List.of(likely(), likely()));
      case 4 -> Condition.and(List.of(likely(), Condition.not(likely())));
      default -> likely();
    };
  }

  /** Most often a small one: PostgreSQL spends much of its time on planning. */
  private Condition any() {
    return conditions.any(random.nextInt(random.nextInt(10) == 0 ? 4 : 2));
  }

  /** What some records have, most often. */
  private Condition likely() {
    return switch (random.nextInt(7)) {
      case 0, 1 -> Condition.test(Field.Column.MESSAGE, new Match.Contains(part()));
      case 2 -> Condition.test(Field.Column.MESSAGE, new Match.Pattern(List.of(part(), part())));
      case 3 -> value("trace_id", logs.traceId());
      case 4 -> value("ms", records.pick("12", "12.0", "1.2e1", "40", "7.25"));
      case 5 -> value("tags", records.pick("t1", "1", "true", "t4", "in"));
      default ->
          random.nextBoolean()
              ? Condition.test(Metadata.of("user", "id"), new Match.Equal("" + random.nextInt(20)))
              : value("http.status", records.pick("200", "500", "5e2"));
    };
  }

  private static Condition value(String path, String value) {
    return Condition.test(Metadata.parse(path).orElseThrow(), new Match.Equal(value));
  }

  private String part() {
    String part = logs.anyPart();
    return switch (random.nextInt(4)) {
      case 0 -> part.toUpperCase(Locale.ROOT);
      case 1 -> part.toLowerCase(Locale.ROOT);
      default -> part;
    };
  }

  private Order order() {
    return random.nextBoolean() ? Order.NEWEST_FIRST : Order.OLDEST_FIRST;
  }

  /** The rows of one chunk that is not cut short by their size. */
  private Query chunk(LogFilter filter) {
    UUID after = random.nextInt(3) == 0 ? logs.anyId() : null;
    From from = new From(filter, order(), after);
    int limit = records.pick(1, 2, 5, 20, 50);
    return query(
        "chunk of " + limit + " " + from.order() + " after " + after,
        filter,
        readers -> {
          List<LogRow> rows = new ArrayList<>();
          return readers.scan().chunk(from, limit, rows::add, new Abandonment()).map(done -> rows);
        });
  }

  /** Page by page, or on and on as an export. */
  private Query list(LogFilter filter) {
    UUID after = random.nextInt(3) == 0 ? logs.anyId() : null;
    From from = new From(filter, order(), after);
    int page = records.pick(1, 2, 5, 20, 100, LogScan.MAX_ROWS);
    int rows = Math.max(page, records.pick(10, 50, 5000));
    int most = page < 20 ? Math.min(rows, 6 * page) : rows;
    boolean isExport = random.nextBoolean();
    String what = isExport ? "export" : "list";
    return query(
        what + " " + most + " by " + page + " " + from.order() + " after " + after,
        filter,
        readers -> new Pages(readers, page, most, isExport).read(from));
  }

  private Query keys(LogFilter filter) {
    UUID after = random.nextInt(3) == 0 ? logs.anyId() : null;
    From from = new From(filter, order(), after);
    int limit = records.pick(1, 3, 30, 1000);
    return query(
        "keys " + limit + " " + from.order() + " after " + after,
        filter,
        readers -> readers.scan().keys(from, limit, new Abandonment()));
  }

  private Query neighbours() {
    LogNeighbours.Request request =
        new LogNeighbours.Request(
            access(),
            logs.anyId(),
            random.nextInt(12),
            random.nextInt(12),
            records.pick(LogNeighbours.Within.values()));
    return new Query(
        request.toString(), readers -> readers.neighbours().of(request, new Abandonment()));
  }

  private @Nullable Interval interval() {
    return random.nextInt(4) == 0 ? null : Interval.parse(records.pick(INTERVALS)).orElseThrow();
  }

  private ZoneId zone() {
    return ZoneId.of(records.pick(ZONES));
  }

  private CountedField field() {
    return switch (random.nextInt(8)) {
      case 0 -> CountedField.LEVEL;
      case 1 -> CountedField.APP;
      case 2 -> CountedField.SERVICE;
      case 3 -> CountedField.MESSAGE;
      default -> CountedField.of(path());
    };
  }

  private Metadata path() {
    return Metadata.parse(records.pick(PATHS)).orElseThrow();
  }

  /** A bucket by itself. */
  private record Bucket(long start, Object all, List<?> groups, @Nullable Object rest) {}

  /** A group within a bucket. */
  private record Group(String name, Object value) {}

  private Query histogram(LogFilter filter) {
    LogHistogram.Request request =
        new LogHistogram.Request(
            filter, interval(), zone(), records.pick(LogHistogram.GroupBy.values()));
    return query(
        "histogram by " + request.interval() + " " + request.zone() + " " + request.groupBy(),
        filter,
        readers -> readers.histogram().count(request, new Abandonment()).map(AnyQueries::buckets));
  }

  private static List<Object> buckets(Histogram counted) {
    List<Object> buckets = new ArrayList<>(List.of(counted.interval()));
    for (int i = 0; i < counted.size(); i++) {
      if (counted.total(i) != 0) {
        List<Group> groups = new ArrayList<>();
        counted.groups(i, (name, count) -> groups.add(new Group(name, count)));
        buckets.add(new Bucket(counted.startMicros(i), counted.total(i), groups, counted.other(i)));
      }
    }
    return buckets;
  }

  private Query top(LogFilter filter) {
    List<CountedField> fields = new ArrayList<>(List.of(field()));
    while (random.nextInt(3) == 0) {
      fields.add(field());
    }
    FieldCounts.Request request =
        new FieldCounts.Request(
            filter, fields.stream().distinct().toList(), records.pick(1, 3, 10, 1000));
    boolean isShort = random.nextInt(4) == 0;
    return query(
        "top " + request.limit() + " of " + request.fields() + (isShort ? " of few" : ""),
        filter,
        readers ->
            (isShort ? readers.fewCounts() : readers.counts()).count(request, new Abandonment()));
  }

  private Query series(LogFilter filter) {
    List<Statistic> statistics = List.of(Statistic.values());
    LogSeries.Request request =
        new LogSeries.Request(
            filter,
            path(),
            interval(),
            zone(),
            random.nextBoolean() ? field() : null,
            statistics.subList(0, 1 + random.nextInt(statistics.size())));
    boolean isShort = random.nextInt(4) == 0;
    return query(
        "series of %s by %s %s %s%s"
            .formatted(
                request.field(),
                request.interval(),
                request.zone(),
                request.groupBy(),
                isShort ? " of few" : ""),
        filter,
        readers ->
            (isShort ? readers.shortSeries() : readers.series())
                .of(request, new Abandonment())
                .map(AnyQueries::buckets));
  }

  private static List<Object> buckets(NumberSeries series) {
    List<Object> buckets = new ArrayList<>(List.of(series.interval(), series.scanned()));
    for (int i = 0; i < series.size(); i++) {
      Point all = series.all(i);
      if (all != null) {
        List<Group> groups = new ArrayList<>();
        series.groups(i, (name, point) -> groups.add(new Group(name, point)));
        buckets.add(new Bucket(series.startMicros(i), all, groups, series.rest(i)));
      }
    }
    return buckets;
  }

  private Query patterns(LogFilter filter) {
    LogPatterns.Request request =
        new LogPatterns.Request(filter, records.pick(1, 5, 100), random.nextBoolean());
    boolean isShort = random.nextInt(3) == 0;
    return query(
        "patterns "
            + request.limit()
            + (request.withMembers() ? " with members" : "")
            + (isShort ? " of few" : ""),
        filter,
        readers ->
            (isShort ? readers.fewPatterns() : readers.patterns())
                .find(request, new Abandonment()));
  }

  private Query sample(LogFilter filter) {
    boolean isShort = random.nextBoolean();
    return query(
        isShort ? "sample of few" : "sample",
        filter,
        readers ->
            (isShort ? readers.smallSample() : readers.sample()).take(filter, new Abandonment()));
  }

  /** Reads one chunk behind the other. */
  private record Pages(Readers readers, int page, int most, boolean isExport) {
    Future<List<LogRow>> read(From from) {
      return read(from, true, new ArrayList<>());
    }

    private Future<List<LogRow>> read(From from, boolean isFirst, List<LogRow> found) {
      int rows = Math.min(page, most - found.size());
      List<LogRow> chunk = new ArrayList<>();
      Future<FirstChunk.Read> reading =
          isFirst || !isExport
              ? readers
                  .first()
                  .read(
                      from,
                      rows,
                      () -> {
                        chunk.clear();
                        return chunk::add;
                      },
                      new Abandonment())
              : readers
                  .scan()
                  .chunk(from, rows, chunk::add, new Abandonment())
                  .map(done -> new FirstChunk.Read(from, done));
      return reading.compose(
          read -> {
            found.addAll(chunk);
            UUID last = read.chunk().last();
            if (last == null || read.chunk().atEnd() || found.size() >= most) {
              return Future.succeededFuture(found);
            }
            From next = isExport ? read.from().beyondFirst() : from;
            return read(next.behind(last), false, found);
          });
    }
  }
}
