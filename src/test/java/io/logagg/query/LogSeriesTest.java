package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.filter.Field.Metadata;
import io.logagg.filter.LogFilter;
import io.logagg.postgres.Abandonment;
import io.logagg.query.LogSeries.Request;
import io.logagg.query.NumberSeries.Point;
import io.logagg.query.NumberSeries.Statistic;
import io.logagg.record.LogRecord;
import io.logagg.testing.Api;
import io.logagg.testing.TestDatabase;
import io.logagg.testing.TestRecords;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kept.class)
final class LogSeriesTest {
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final MathContext DIGITS = new MathContext(12);
  private static final long NOW = TestRecords.NOW_MICROS;
  private static final LogFilter AROUND = LogFilter.ALL.within(NOW - 1_000_000, NOW + 1_000_000);

  private final TestDatabase database = TestDatabase.open();
  private final LogSeries series = new LogSeries(database.database());
  private final StoredRows rows;
  private final MetadataModel model = new MetadataModel(42);
  private final Random random = new Random(43);

  LogSeriesTest(Kept kept) {
    rows = new StoredRows(database, 41, kept);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Request request(
      LogFilter filter, String path, @Nullable String interval, @Nullable String groupBy) {
    return new Request(
        filter,
        Metadata.parse(path).orElseThrow(),
        interval == null ? null : Interval.parse(interval).orElseThrow(),
        ZONE,
        groupBy == null ? null : CountedField.parse(groupBy).orElseThrow(),
        List.of(Statistic.values()));
  }

  private NumberSeries series(
      LogFilter filter, String path, String interval, @Nullable String groupBy) {
    return await(series.of(request(filter, path, interval, groupBy), new Abandonment()));
  }

  private void add(long time, String metadata) {
    LogRecord any = model.any(time);
    rows.add(new LogRecord(any.id(), time, time, "INFO", "shop", null, "t", metadata, null, null));
  }

  private static @Nullable BigDecimal number(LogRecord record, String path) {
    JsonNode value = MetadataModel.at(record, path);
    boolean isScalar = value != null && (value.isNumber() || value.isTextual());
    return isScalar && value.asText().matches("-?[0-9]+([.][0-9]+)?")
        ? new BigDecimal(value.asText())
        : null;
  }

  private static String group(LogRecord record, String groupBy) {
    String service = record.service();
    return switch (groupBy) {
      case "level" -> record.level();
      case "app" -> record.app();
      default -> service == null ? "" : service;
    };
  }

  /** What is known of these numbers, with as many digits as are compared. */
  private static Point point(List<BigDecimal> numbers) {
    List<BigDecimal> sorted = numbers.stream().sorted().toList();
    int n = sorted.size();
    BigDecimal sum = sorted.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    List<BigDecimal> values = new ArrayList<>();
    values.add(sum.divide(BigDecimal.valueOf(n), MathContext.DECIMAL64));
    values.add(sorted.get(0));
    values.add(sorted.get(n - 1));
    for (int percent : new int[] {50, 95, 99}) {
      values.add(sorted.get((n * percent + 99) / 100 - 1));
    }
    return rounded(new Point(n, values));
  }

  private static Point rounded(Point point) {
    return new Point(
        point.count(),
        point.values().stream().map(v -> v.round(DIGITS).stripTrailingZeros()).toList());
  }

  private void assertRight(LogFilter filter, String path, String interval, String groupBy) {
    NumberSeries found = series(filter, path, interval, groupBy);
    for (int i = 0; i < found.size(); i++) {
      long start = found.startMicros(i);
      long end = i + 1 < found.size() ? found.startMicros(i + 1) : Long.MAX_VALUE;
      List<BigDecimal> all = new ArrayList<>();
      Map<String, List<BigDecimal>> byGroup = new TreeMap<>();
      for (LogRecord record : rows.all()) {
        long time = record.timestampMicros();
        BigDecimal number = number(record, path);
        if (number != null && StoredRows.fits(filter, record) && time >= start && time < end) {
          all.add(number);
          byGroup.computeIfAbsent(group(record, groupBy), key -> new ArrayList<>()).add(number);
        }
      }
      Map<String, Point> groups = new TreeMap<>();
      found.groups(i, (name, point) -> groups.put(name, rounded(point)));
      Map<String, Point> expected = new TreeMap<>();
      byGroup.forEach((name, numbers) -> expected.put(name, point(numbers)));
      assertEquals(expected, groups, () -> filter + " " + path + " " + groupBy);
      Point point = found.all(i);
      assertEquals(all.isEmpty() ? null : point(all), point == null ? null : rounded(point));
      assertEquals(null, found.rest(i));
    }
  }

  @Test
  void shouldSumUpTheNumbersThatTheRecordsHave() {
    for (int i = 0; i < 400; i++) {
      rows.add(model.any(NOW - random.nextInt(40) * 7_300_000L));
    }
    for (int i = 0; i < 48; i++) {
      LogFilter filter = rows.anyFilter().within(NOW - 300_000_000 + i, NOW + 1);
      String interval = List.of("30s", "1m", "1h", "1d").get(i % 4);
      assertRight(filter, "ms", interval, List.of("level", "app", "service").get(i % 3));
    }
  }

  @Test
  void shouldTellTheLargestGroupsAndTheRestTogether() {
    for (int i = 0; i < 25; i++) {
      for (int j = 0; j <= i; j++) {
        add(NOW, "{\"ms\":" + i + ",\"host\":\"h" + i + "\"}");
      }
    }
    NumberSeries found = series(AROUND, "ms", "1d", "metadata_.host");
    List<String> names = new ArrayList<>();
    found.groups(0, (name, point) -> names.add(name));
    assertEquals(20, names.size());
    assertEquals("h24", names.get(0));
    Point rest = found.rest(0);
    assertEquals(1 + 2 + 3 + 4 + 5, rest == null ? 0 : rest.count());
    Point all = found.all(0);
    assertEquals(25 * 26 / 2, all == null ? 0 : all.count());
  }

  @Test
  void shouldTakeStringsThatLookLikeNumbersAndNothingElse() {
    String not =
        "[\"\",\" 1\",\"1 \",\"0x10\",\"NaN\",\"Infinity\",\"1e999\",\"1,5\",\"1.\",\".5\",true,[1],{}]";
    Api.parse(not).forEach(value -> add(NOW, "{\"ms\":" + value + "}"));
    add(NOW, "{\"ms\":" + "9".repeat(500) + "}");
    assertEquals(null, series(AROUND, "ms", "1d", null).all(0));
    add(NOW, "{\"ms\":\"-1.5e2\"}");
    add(NOW, "{\"ms\":0.12345678901234567890123}");
    Point point = series(AROUND, "ms", "1d", null).all(0);
    assertEquals(2, point == null ? 0 : point.count());
    List<BigDecimal> extremes = point == null ? List.of() : point.values().subList(1, 3);
    assertEquals(
        List.of(new BigDecimal("-1.5E+2"), new BigDecimal("0.12345678901234567890123")), extremes);
  }

  @Test
  void shouldBeginWhereItLookedWhenThereIsTooMuch() {
    for (int i = 0; i < 200; i++) {
      add(NOW - i / 20 * 60_000_000L, "{\"ms\":" + i + "}");
    }
    LogSeries bounded = new LogSeries(database.database(), 50);
    Request request = request(LogFilter.ALL, "ms", null, null);
    NumberSeries found = await(bounded.of(request, new Abandonment()));
    long since = NOW - 2 * 60_000_000L;
    assertEquals(new Scanned(true, 60, since), found.scanned());
    assertEquals(since, found.startMicros(0));
    assertFalse(await(series.of(request, new Abandonment())).scanned().isApproximate());
  }

  @Test
  void shouldRefuseMoreBucketsThanItMakesForGroups() {
    LogFilter seconds = LogFilter.ALL.within(NOW - 1001 * 1_000_000L, NOW);
    assertEquals(1001, series(seconds, "ms", "1s", null).size());
    assertThrows(TooManyBucketsException.class, () -> series(seconds, "ms", "1s", "level"));
  }
}
