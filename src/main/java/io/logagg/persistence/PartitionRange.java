package io.logagg.persistence;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The time that one partition of {@code logs} covers, told by the partition's name alone: {@code
 * logs_d20261124}, {@code logs_m202611}, {@code logs_y2026}, {@code logs_before_1970}, {@code
 * logs_from_2100}. All bounds are UTC days.
 *
 * @param from the first day, null for no bound
 * @param to the day behind the last, null for no bound
 */
record PartitionRange(String table, @Nullable LocalDate from, @Nullable LocalDate to) {
  private static final LocalDate FIRST_YEAR = LocalDate.of(1970, 1, 1);
  private static final LocalDate LAST_YEAR = LocalDate.of(2100, 1, 1);

  /** Within this many days of today a partition holds a day, */
  private static final long DAILY_DAYS = 62;

  /** within this many a month, and beyond it a year. */
  private static final long MONTHLY_DAYS = 730;

  static PartitionRange ofDay(LocalDate day) {
    return new PartitionRange(
        "logs_d%04d%02d%02d".formatted(day.getYear(), day.getMonthValue(), day.getDayOfMonth()),
        day,
        day.plusDays(1));
  }

  static PartitionRange ofMonth(LocalDate day) {
    LocalDate first = day.withDayOfMonth(1);
    return new PartitionRange(
        "logs_m%04d%02d".formatted(first.getYear(), first.getMonthValue()),
        first,
        first.plusMonths(1));
  }

  static PartitionRange ofYear(LocalDate day) {
    LocalDate first = day.withDayOfYear(1);
    return new PartitionRange("logs_y%04d".formatted(first.getYear()), first, first.plusYears(1));
  }

  static PartitionRange beforeFirstYear() {
    return new PartitionRange("logs_before_1970", null, FIRST_YEAR);
  }

  static PartitionRange fromLastYear() {
    return new PartitionRange("logs_from_2100", LAST_YEAR, null);
  }

  /** Reads a partition's name; empty if it is none of ours. */
  static Optional<PartitionRange> ofTable(String table) {
    try {
      return read(table);
    } catch (DateTimeException e) {
      return Optional.empty(); // Somebody's own: digits that are no date.
    }
  }

  private static Optional<PartitionRange> read(String table) {
    if (table.matches("logs_d\\d{8}")) {
      return Optional.of(
          ofDay(LocalDate.of(part(table, 6, 10), part(table, 10, 12), part(table, 12, 14))));
    }
    if (table.matches("logs_m\\d{6}")) {
      return Optional.of(ofMonth(LocalDate.of(part(table, 6, 10), part(table, 10, 12), 1)));
    }
    if (table.matches("logs_y\\d{4}")) {
      return Optional.of(ofYear(LocalDate.of(part(table, 6, 10), 1, 1)));
    }
    return List.of(beforeFirstYear(), fromLastYear()).stream()
        .filter(range -> range.table.equals(table))
        .findFirst();
  }

  private static int part(String table, int from, int to) {
    return Integer.parseInt(table.substring(from, to));
  }

  /**
   * The partition to be made for a day that none covers: the coarser the further it is from today,
   * but as fine as it takes not to overlap the present ones.
   */
  static PartitionRange choose(LocalDate day, LocalDate today, Collection<PartitionRange> present) {
    if (day.isBefore(FIRST_YEAR)) {
      return beforeFirstYear();
    }
    if (!day.isBefore(LAST_YEAR)) {
      return fromLastYear();
    }
    long distance = Math.abs(ChronoUnit.DAYS.between(day, today));
    if (distance > MONTHLY_DAYS && !ofYear(day).overlapsAny(present)) {
      return ofYear(day);
    }
    if (distance > DAILY_DAYS && !ofMonth(day).overlapsAny(present)) {
      return ofMonth(day);
    }
    return ofDay(day);
  }

  /** The partition of {@code blocks} that covers the same time. */
  String blocksTable() {
    return "blocks" + table.substring("logs".length());
  }

  /** The table that its blocks are in before they are in {@link #blocksTable}. */
  String stagedTable() {
    return "staged" + table.substring("logs".length());
  }

  /** The range of any of these tables; empty if it is none of ours. */
  static Optional<PartitionRange> ofEither(String table) {
    return ofTable(table.replaceFirst("^(blocks|staged)_", "logs_"));
  }

  /** The first instant that it can hold, the beginning of all times that there are at the least. */
  OffsetDateTime start() {
    return midnight(from == null ? LocalDate.of(0, 1, 1) : from);
  }

  /** The first instant behind it. */
  OffsetDateTime end() {
    return midnight(to == null ? LocalDate.of(10_000, 1, 1) : to);
  }

  private static OffsetDateTime midnight(LocalDate day) {
    return day.atStartOfDay().atOffset(ZoneOffset.UTC);
  }

  boolean covers(LocalDate day) {
    return (from == null || !day.isBefore(from)) && (to == null || day.isBefore(to));
  }

  private boolean overlapsAny(Collection<PartitionRange> others) {
    return others.stream().anyMatch(this::overlaps);
  }

  private boolean overlaps(PartitionRange other) {
    boolean startsBeforeOtherEnds = from == null || other.to == null || from.isBefore(other.to);
    boolean endsAfterOtherStarts = to == null || other.from == null || other.from.isBefore(to);
    return startsBeforeOtherEnds && endsAfterOtherStarts;
  }
}
