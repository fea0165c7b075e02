package io.logagg.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PartitionRangeTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);

  private static String chosen(LocalDate day, PartitionRange... present) {
    return PartitionRange.choose(day, TODAY, List.of(present)).table();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24, logs_d20261124",
    "2026-11-25, logs_d20261125",
    "2027-01-25, logs_d20270125",
    "2027-01-26, logs_m202701",
    "2026-09-23, logs_d20260923",
    "2026-09-22, logs_m202609",
    "2024-11-24, logs_m202411",
    "2024-11-23, logs_y2024",
    "2028-11-23, logs_m202811",
    "2028-11-24, logs_y2028",
    "1970-01-01, logs_y1970",
    "1969-12-31, logs_before_1970",
    "0000-01-01, logs_before_1970",
    "2099-12-31, logs_y2099",
    "2100-01-01, logs_from_2100",
    "9999-12-31, logs_from_2100"
  })
  void shouldBeTheCoarserTheFurtherFromToday(LocalDate day, String table) {
    assertEquals(table, chosen(day));
  }

  @Test
  void shouldFallToAFinerOneWhereACoarseOneWouldOverlap() {
    LocalDate day = LocalDate.of(2020, 5, 17);
    PartitionRange may3 = PartitionRange.ofDay(LocalDate.of(2020, 5, 3));
    PartitionRange march = PartitionRange.ofMonth(LocalDate.of(2020, 3, 1));
    assertEquals("logs_m202005", chosen(day, march));
    assertEquals("logs_d20200517", chosen(day, may3));
    assertEquals("logs_d20200517", chosen(day, march, may3));
    assertEquals("logs_y2020", chosen(day, PartitionRange.ofYear(LocalDate.of(2021, 1, 1))));
  }

  @Test
  void shouldReadEveryNameBack() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      LocalDate day = LocalDate.of(1900, 1, 1).plusDays(random.nextInt(100_000));
      PartitionRange range = PartitionRange.choose(day, TODAY, List.of());
      assertTrue(range.covers(day), () -> day + " in " + range);
      assertEquals(Optional.of(range), PartitionRange.ofTable(range.table()));
      PartitionRange ofDay = PartitionRange.ofDay(day);
      assertEquals(Optional.of(ofDay), PartitionRange.ofTable(ofDay.table()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "logs",
        "logs_d2026112",
        "logs_x2026",
        "logs_y20260",
        "xlogs_y2026",
        "logs_default"
      })
  void shouldNotTakeOtherTablesForItsOwn(String table) {
    assertEquals(Optional.empty(), PartitionRange.ofTable(table));
  }

  @ParameterizedTest
  @ValueSource(strings = {"logs_d20269999", "logs_m202600", "logs_d20260230"})
  void shouldNotTakeNamesThatNameNoDayForItsOwn(String table) {
    assertEquals(Optional.empty(), PartitionRange.ofTable(table));
  }

  @Test
  void shouldNeverOverlapAndNeverBeManyWhateverTheDates() {
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      List<PartitionRange> present = new ArrayList<>();
      for (int i = 0; i < 50_000; i++) {
        LocalDate day =
            random.nextBoolean()
                ? LocalDate.of(1960, 1, 1).plusDays(random.nextInt(60_000))
                : TODAY.plusDays(random.nextInt(3000) - 1500);
        if (present.stream().noneMatch(range -> range.covers(day))) {
          PartitionRange range = PartitionRange.choose(day, TODAY, present);
          assertTrue(
              present.stream().noneMatch(other -> overlap(range, other)), () -> range.toString());
          present.add(range);
        }
      }
      // 125 days, up to 2 * 31 at their borders, 48 months and 24 at theirs, 130 years, 2.
      assertTrue(present.size() <= 400, () -> present.size() + " partitions");
    }
  }

  private static boolean overlap(PartitionRange a, PartitionRange b) {
    boolean aFirst = a.to() != null && b.from() != null && !b.from().isBefore(a.to());
    boolean bFirst = b.to() != null && a.from() != null && !a.from().isBefore(b.to());
    return !aFirst && !bFirst;
  }

  @Test
  void shouldStayFewAsTimeGoesBy() {
    List<PartitionRange> present = new ArrayList<>();
    Random random = new Random(9);
    for (LocalDate today = TODAY; today.isBefore(TODAY.plusYears(3)); today = today.plusDays(1)) {
      for (LocalDate day :
          List.of(today, today.minusDays(random.nextInt(1500)), today.plusDays(2))) {
        if (present.stream().noneMatch(range -> range.covers(day))) {
          PartitionRange range = PartitionRange.choose(day, today, present);
          assertTrue(present.stream().noneMatch(other -> overlap(range, other)));
          present.add(range);
        }
      }
    }
    assertTrue(present.size() < 3 * 366 + 200, () -> present.size() + " partitions");
  }
}
