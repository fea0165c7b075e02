package io.logagg.filter;

import io.logagg.filter.Match.Bound;
import io.logagg.filter.Match.Range;
import io.logagg.filter.Match.Value.Time;
import io.logagg.record.AppAccess;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which records are meant. All that is given must hold; an empty list or null says nothing.
 *
 * @param apps names of apps
 * @param levels folded
 * @param services {@code ""} for records without one
 * @param sinceMicros inclusive, in microseconds since the epoch
 * @param untilMicros exclusive
 * @param condition what else must be true
 */
public record LogFilter(
    List<String> apps,
    List<String> levels,
    List<String> services,
    @Nullable Long sinceMicros,
    @Nullable Long untilMicros,
    @Nullable Condition condition) {

  /** More of them in one statement would cost more than the rows that they leave out. */
  private static final int MAX_HULL_CONDITIONS = 8;

  public static final LogFilter ALL =
      new LogFilter(List.of(), List.of(), List.of(), null, null, null);

  public LogFilter {
    apps = List.copyOf(apps);
    levels = List.copyOf(levels);
    services = List.copyOf(services);
    condition = condition instanceof Condition.Everything ? null : condition;
  }

  /** Only what the condition means. */
  public static LogFilter of(Condition condition) {
    return new LogFilter(List.of(), List.of(), List.of(), null, null, condition).narrowed();
  }

  /**
   * What it means of those apps alone.
   *
   * @throws IllegalArgumentException if it names others
   */
  public LogFilter restrictedTo(AppAccess access) {
    if (!apps.stream().allMatch(access::permits)) {
      throw new IllegalArgumentException("apps=" + apps + ", permitted=" + access.sorted());
    }
    return access.isAll() || !apps.isEmpty()
        ? this
        : new LogFilter(access.sorted(), levels, services, sinceMicros, untilMicros, condition);
  }

  /** The same between these times. */
  public LogFilter within(@Nullable Long since, @Nullable Long until) {
    return new LogFilter(apps, levels, services, since, until, condition);
  }

  /**
   * The same filter with what the condition requires of the timestamp as its bounds: these lead
   * PostgreSQL past other partitions, and counts to the rollups.
   */
  public LogFilter narrowed() {
    if (condition == null) {
      return this;
    }
    Long since = sinceMicros;
    Long until = untilMicros;
    for (Condition part : condition.required()) {
      if (isRangeOfTimestamp(part)) {
        Range range = (Range) ((Condition.Test) part).match();
        since = stricter(since, first(range.low(), false), Math::max);
        until = stricter(until, first(range.high(), true), Math::min);
      }
    }
    Condition rest = condition.required(part -> !isRangeOfTimestamp(part));
    return new LogFilter(apps, levels, services, since, until, rest);
  }

  private static boolean isRangeOfTimestamp(Condition part) {
    return part instanceof Condition.Test test
        && test.field() == Field.Column.TIMESTAMP
        && test.match() instanceof Range;
  }

  /** The first microsecond within a low bound, or behind a high one. */
  private static @Nullable Long first(@Nullable Bound bound, boolean isHigh) {
    return bound != null && bound.value() instanceof Time time
        ? (Long) (time.micros() + (bound.inclusive() == isHigh ? 1 : 0))
        : null;
  }

  private static @Nullable Long stricter(
      @Nullable Long one, @Nullable Long other, LongBinaryOperator choice) {
    return one == null ? other : other == null ? one : (Long) choice.applyAsLong(one, other);
  }

  /**
   * A filter that means at least all that any of these does: for reading once what is then told
   * apart in memory.
   */
  public static LogFilter hull(List<LogFilter> filters) {
    Set<Condition> conditions = new LinkedHashSet<>();
    filters.forEach(
        filter ->
            conditions.add(filter.condition == null ? Condition.everything() : filter.condition));
    boolean tooMany = filters.isEmpty() || conditions.size() > MAX_HULL_CONDITIONS;
    return new LogFilter(
        union(filters, LogFilter::apps),
        union(filters, LogFilter::levels),
        union(filters, LogFilter::services),
        outermost(filters, LogFilter::sinceMicros, Math::min),
        outermost(filters, LogFilter::untilMicros, Math::max),
        tooMany ? null : Condition.or(List.copyOf(conditions)));
  }

  /** Empty, which is all, if one of them says nothing. */
  private static List<String> union(
      List<LogFilter> filters, Function<LogFilter, List<String>> values) {
    return filters.stream().anyMatch(filter -> values.apply(filter).isEmpty())
        ? List.of()
        : filters.stream().flatMap(filter -> values.apply(filter).stream()).distinct().toList();
  }

  private static @Nullable Long outermost(
      List<LogFilter> filters,
      Function<LogFilter, @Nullable Long> bound,
      LongBinaryOperator choice) {
    Long outermost = null;
    for (LogFilter filter : filters) {
      Long own = bound.apply(filter);
      if (own == null) {
        return null;
      }
      outermost = stricter(outermost, own, choice);
    }
    return outermost;
  }

  /** What the condition says of app, level and service; null if nothing. */
  @Nullable Condition ofNames() {
    return condition == null ? null : orNull(condition.required(Condition::isOfNames));
  }

  /** What the condition says beyond names. */
  @Nullable Condition ofRows() {
    return condition == null ? null : orNull(condition.required(part -> !part.isOfNames()));
  }

  private static @Nullable Condition orNull(Condition condition) {
    return condition instanceof Condition.Everything ? null : condition;
  }

  /** Whether more must be known of a record than its names and its time. */
  public boolean needsRows() {
    return ofRows() != null;
  }

  /** Whether anything is said of app, level or service. */
  public boolean hasNames() {
    return !apps.isEmpty() || !levels.isEmpty() || !services.isEmpty() || ofNames() != null;
  }

  public boolean isAll() {
    return equals(ALL);
  }
}
