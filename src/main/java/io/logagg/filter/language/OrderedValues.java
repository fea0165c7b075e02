package io.logagg.filter.language;

import io.logagg.filter.Field;
import io.logagg.filter.Field.Column;
import io.logagg.filter.Match.Bound;
import io.logagg.filter.Match.Range;
import io.logagg.filter.Match.Value;
import io.logagg.filter.NumberText;
import io.logagg.record.Level;
import io.logagg.record.TimeSpans;
import io.logagg.record.Timestamps;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads values that are compared: numbers, times and levels. */
final class OrderedValues {
  private static final long DAY_MICROS = 86_400_000_000L;
  private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  /** With its zone: "+" in an address is a blank, and what stood behind it must not get lost. */
  private static final Pattern TIME =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?"
              + "([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)");

  private static final String TIME_EXAMPLES = "2026-11-24T08:00:00Z or 2026-11-24";

  private final Lexer lexer;
  private final long nowMicros;

  OrderedValues(Lexer lexer, long nowMicros) {
    this.lexer = lexer;
    this.nowMicros = nowMicros;
  }

  /**
   * A time as it was written.
   *
   * @param micros when it begins
   * @param end behind it; for a day only, and equal to its beginning for an instant
   */
  private record Moment(long micros, long end) {
    boolean isDay() {
      return end > micros;
    }
  }

  static boolean isOfTime(Field field) {
    return field instanceof Column column && column.isTime();
  }

  /** Whether greater and less make sense for the field. */
  void checkOrdered(Token token, Field field) throws QuerySyntaxException {
    if (field instanceof Column column && column != Column.LEVEL && !column.isTime()) {
      throw lexer.error(
          token.start(),
          "a value to be equal to: "
              + column.label()
              + " has no order; level, timestamp, received_at and metadata have one");
    }
  }

  /** The beginning of a range; all of a day belongs to it or none. */
  Bound low(Token token, Field field, boolean inclusive) throws QuerySyntaxException {
    return bound(
        token,
        field,
        inclusive,
        day -> new Bound(new Value.Time(inclusive ? day.micros() : day.end()), true));
  }

  /** The end of a range; all of a day belongs to it or none. */
  Bound high(Token token, Field field, boolean inclusive) throws QuerySyntaxException {
    return bound(
        token,
        field,
        inclusive,
        day -> new Bound(new Value.Time(inclusive ? day.end() : day.micros()), false));
  }

  /** Makes a bound of a day. */
  private interface DayBound {
    Bound of(Moment day);
  }

  private Bound bound(Token token, Field field, boolean inclusive, DayBound dayBound)
      throws QuerySyntaxException {
    if (token.parts().size() > 1) {
      throw lexer.error(token.start(), "a value without \"*\"");
    }
    if (field == Column.LEVEL) {
      return new Bound(new Value.Severity(level(token)), inclusive);
    }
    BigDecimal number = isOfTime(field) ? null : NumberText.parse(token.text());
    if (number != null) {
      return new Bound(new Value.Decimal(number), inclusive);
    }
    Moment moment = moment(token.text(), isOfTime(field));
    if (moment == null) {
      throw lexer.error(
          token.start(),
          isOfTime(field)
              ? "a time such as " + TIME_EXAMPLES + ", or a span before now such as 15m, 2h or 7d"
              : "a number, or a time such as " + TIME_EXAMPLES);
    }
    return moment.isDay()
        ? dayBound.of(moment)
        : new Bound(new Value.Time(moment.micros()), inclusive);
  }

  private Level level(Token token) throws QuerySyntaxException {
    String folded = Level.fold(token.text());
    for (Level level : Level.values()) {
      if (level.name().equals(folded)) {
        return level;
      }
    }
    throw lexer.error(
        token.start(),
        "a level, one of "
            + Arrays.stream(Level.values()).map(Level::name).collect(Collectors.joining(", ")));
  }

  /** That a time is this day, or this instant. */
  Range during(Token token) throws QuerySyntaxException {
    Moment moment = moment(token.text(), false);
    if (moment == null) {
      throw lexer.error(
          token.start(), "a time such as " + TIME_EXAMPLES + "; for the last 15 minutes, :>=15m");
    }
    Bound low = new Bound(new Value.Time(moment.micros()), true);
    return new Range(low, new Bound(new Value.Time(moment.end()), !moment.isDay()));
  }

  private @Nullable Moment moment(String text, boolean spansToo) {
    if (DAY.matcher(text).matches()) {
      OptionalLong day = Timestamps.parse(text + "T00:00:00Z");
      return day.isEmpty() ? null : new Moment(day.getAsLong(), day.getAsLong() + DAY_MICROS);
    }
    OptionalLong time = OptionalLong.empty();
    if (TIME.matcher(text).matches()) {
      time = Timestamps.parse(text);
    } else if (spansToo) {
      time = TimeSpans.before(nowMicros, text);
      if (time.isEmpty()) {
        time = Timestamps.parseEpoch(text);
      }
    }
    return time.isEmpty() ? null : new Moment(time.getAsLong(), time.getAsLong());
  }
}
