package io.logagg.filter;

import io.logagg.filter.Condition.And;
import io.logagg.filter.Condition.Everything;
import io.logagg.filter.Condition.Not;
import io.logagg.filter.Condition.Or;
import io.logagg.filter.Condition.Test;
import io.logagg.filter.Field.Column;
import io.logagg.filter.Match.Bound;
import io.logagg.filter.Match.Contains;
import io.logagg.filter.Match.Equal;
import io.logagg.filter.Match.Exists;
import io.logagg.filter.Match.Matches;
import io.logagg.filter.Match.Pattern;
import io.logagg.filter.Match.Range;
import io.logagg.filter.Match.Value.Severity;
import io.logagg.filter.Match.Value.Time;
import io.logagg.record.Level;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A condition as SQL on {@code logs l}; one of names alone also on the rollups, under the same
 * alias. No part of it is ever null. Kept in step with {@link RecordMatcher} by a test.
 */
final class ConditionSql {
  private final Sql sql;

  ConditionSql(Sql sql) {
    this.sql = sql;
  }

  /** Adds each required part, with {@code AND} before it. */
  void addRequired(Condition condition) {
    for (Condition part : condition.required()) {
      sql.add(" AND ");
      add(part);
    }
  }

  private void add(Condition condition) {
    if (condition instanceof And and) {
      addAll(and.parts(), " AND ");
    } else if (condition instanceof Or or) {
      addAll(or.parts(), " OR ");
    } else if (condition instanceof Not not) {
      sql.add("NOT ");
      addAll(List.of(not.part()), "");
    } else if (condition instanceof Everything) {
      sql.add("true");
    } else {
      Test test = (Test) condition;
      sql.add("(");
      addTest(test.field(), test.match());
      sql.add(")");
    }
  }

  private void addAll(List<Condition> parts, String between) {
    sql.add("(");
    for (int i = 0; i < parts.size(); i++) {
      sql.add(i == 0 ? "" : between);
      add(parts.get(i));
    }
    sql.add(")");
  }

  private void addTest(Field field, Match match) {
    if (!(field instanceof Column column)) {
      new MetadataSql(sql).add((Field.Metadata) field, match);
      return;
    }
    switch (column) {
      case MESSAGE -> addMessage(match);
      case LEVEL -> addLevel(match);
      case APP -> addApp(match);
      case SERVICE -> addOptional("l.service", match);
      case SOURCE_ID -> addOptional("l.source_id", match);
      case ID -> addId(match);
      case TIMESTAMP -> addTime("l.\"timestamp\"", match);
      case RECEIVED_AT -> addTime("l.received_at", match);
    }
  }

  private void addMessage(Match match) {
    if (match instanceof Contains contains) {
      FilterSql.addContains(sql, contains.text());
    } else if (match instanceof Pattern pattern) {
      FilterSql.addCaselessLike(sql, "%" + like(pattern) + "%");
    } else if (match instanceof Exists) {
      sql.add("true");
    } else {
      sql.add(text("l.message", match));
    }
  }

  private void addLevel(Match match) {
    if (match instanceof Exists) {
      sql.add("true");
    } else if (match instanceof Range range) {
      // What is not known ranks as INFO.
      boolean unknown = contains(range, Level.INFO);
      String[] levels = levels(range, !unknown);
      sql.add(unknown ? "l.level <> ALL(" : "l.level = ANY(").bind(levels).add(")");
    } else {
      sql.add(text("l.level", match));
    }
  }

  private static String[] levels(Range range, boolean contained) {
    List<String> names = new ArrayList<>();
    for (Level level : Level.values()) {
      if (contains(range, level) == contained) {
        names.add(level.name());
      }
    }
    return names.toArray(String[]::new);
  }

  /** Whether a range of levels has this one. */
  static boolean contains(Range range, Level level) {
    Bound low = range.low();
    Bound high = range.high();
    return (low == null || isWithin(level.compareTo(level(low)), low))
        && (high == null || isWithin(level(high).compareTo(level), high));
  }

  private static Level level(Bound bound) {
    return ((Severity) bound.value()).level();
  }

  /** Whether something that differs from the bound like this lies within it. */
  static boolean isWithin(int difference, Bound bound) {
    return difference > 0 || (difference == 0 && bound.inclusive());
  }

  private void addApp(Match match) {
    if (match instanceof Exists) {
      sql.add("true");
    } else {
      // An array, not a join, for the reason in FilterSql.
      sql.add("l.app_id = ANY (ARRAY(SELECT id FROM apps WHERE deleted_at IS NULL AND ")
          .add(text("name", match))
          .add("))");
    }
  }

  private void addOptional(String column, Match match) {
    sql.add(match instanceof Exists ? column + " <> ''" : text(column, match));
  }

  private void addId(Match match) {
    UUID id = match instanceof Equal equal ? RecordIds.parse(equal.value()) : null;
    if (id == null) {
      sql.add("true");
      return;
    }
    sql.add("l.\"timestamp\" = ").bind(Timestamps.utc(RecordIds.timestampMicros(id)));
    sql.add(" AND l.seq = ").bind(RecordIds.seq(id));
  }

  private void addTime(String column, Match match) {
    sql.add(match instanceof Range range ? times(column, range) : "true");
  }

  /** That a time lies within a range. */
  String times(String time, Range range) {
    return within(time, range, bound -> sql.parameter(time(bound)) + "::timestamptz");
  }

  private static Object time(Bound bound) {
    return Timestamps.utc(((Time) bound.value()).micros());
  }

  /** That something with an order lies within a range. */
  static String within(String something, Range range, Function<Bound, String> value) {
    return Stream.of(
            compared(something, ">", range.low(), value),
            compared(something, "<", range.high(), value))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" AND "));
  }

  private static String compared(
      String something, String comparison, @Nullable Bound bound, Function<Bound, String> value) {
    return bound == null
        ? ""
        : something + " " + comparison + (bound.inclusive() ? "= " : " ") + value.apply(bound);
  }

  /** What is asked of a text, upper and lower case told apart. */
  String text(String text, Match match) {
    if (match instanceof Equal equal) {
      return text + " = " + sql.parameter(equal.value()) + "::text";
    }
    if (match instanceof Pattern pattern) {
      return text + " LIKE " + sql.parameter(like(pattern)) + "::text";
    }
    if (match instanceof Matches matches) {
      return text + " ~ " + sql.parameter(matches.regex().postgres()) + "::text";
    }
    throw new IllegalArgumentException(match + " is not asked of a text");
  }

  private static String like(Pattern pattern) {
    return pattern.pieces().stream().map(FilterSql::escapeLike).collect(Collectors.joining("%"));
  }
}
