package io.logagg.filter.language;

import io.logagg.filter.Condition;
import io.logagg.filter.Condition.And;
import io.logagg.filter.Condition.Everything;
import io.logagg.filter.Condition.Not;
import io.logagg.filter.Condition.Or;
import io.logagg.filter.Condition.Test;
import io.logagg.filter.Field;
import io.logagg.filter.Field.Column;
import io.logagg.filter.Match;
import io.logagg.filter.Match.Bound;
import io.logagg.filter.Match.Contains;
import io.logagg.filter.Match.Equal;
import io.logagg.filter.Match.Matches;
import io.logagg.filter.Match.Pattern;
import io.logagg.filter.Match.Range;
import io.logagg.filter.Match.Value;
import io.logagg.record.Timestamps;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes conditions as queries: read again, the text gives an equal condition. */
public final class QueryPrinter {
  private static final java.util.regex.Pattern PLAIN =
      java.util.regex.Pattern.compile("[\\p{L}\\p{N}_.]+");
  private static final java.util.regex.Pattern NAME =
      java.util.regex.Pattern.compile("[\\p{L}_@][\\p{L}\\p{N}_@/$-]*");
  private static final Set<String> OPERATORS = Set.of("AND", "OR", "NOT", "TO");

  private QueryPrinter() {}

  public static String print(Condition condition) {
    if (condition instanceof And and) {
      return join(and.parts(), " AND ");
    }
    if (condition instanceof Or or) {
      return join(or.parts(), " OR ");
    }
    if (condition instanceof Not not) {
      return "NOT " + part(not.part());
    }
    return condition instanceof Everything ? "*" : print((Test) condition);
  }

  private static String join(List<Condition> parts, String operator) {
    return parts.stream().map(QueryPrinter::part).collect(Collectors.joining(operator));
  }

  private static String part(Condition condition) {
    boolean several = condition instanceof And || condition instanceof Or;
    return several ? "(" + print(condition) + ")" : print(condition);
  }

  private static String print(Test test) {
    boolean ofMessage = test.field() == Column.MESSAGE && !(test.match() instanceof Match.Exists);
    return (ofMessage ? "" : name(test.field()) + ":") + print(test.match());
  }

  private static String name(Field field) {
    if (field instanceof Column column) {
      return column.label();
    }
    List<String> path = ((Field.Metadata) field).path();
    boolean other =
        path.get(0).equals("metadata_")
            || Stream.of(Column.values()).anyMatch(column -> path.equals(List.of(column.label())));
    return (other ? "metadata_." : "")
        + path.stream()
            .map(part -> NAME.matcher(part).matches() ? part : quote(part))
            .collect(Collectors.joining("."));
  }

  private static String print(Match match) {
    if (match instanceof Contains contains) {
      return text(contains.text());
    }
    if (match instanceof Equal equal) {
      return text(equal.value());
    }
    if (match instanceof Pattern pattern) {
      return pattern.pieces().stream().map(QueryPrinter::escape).collect(Collectors.joining("*"));
    }
    if (match instanceof Matches matches) {
      return "/" + matches.regex().source() + "/";
    }
    return match instanceof Range range ? print(range) : "*";
  }

  private static String text(String text) {
    return PLAIN.matcher(text).matches() && !OPERATORS.contains(text) ? text : quote(text);
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Takes the meaning away from all that may have one. */
  private static String escape(String piece) {
    StringBuilder out = new StringBuilder();
    piece
        .codePoints()
        .forEach(
            c -> {
              if (!Character.isLetterOrDigit(c)) {
                out.append('\\');
              }
              out.appendCodePoint(c);
            });
    return out.toString();
  }

  private static String print(Range range) {
    Bound low = range.low();
    Bound high = range.high();
    if (low == null) {
      return high == null ? "*" : "<" + (high.inclusive() ? "=" : "") + print(high.value());
    }
    if (high == null) {
      return ">" + (low.inclusive() ? "=" : "") + print(low.value());
    }
    return (low.inclusive() ? "[" : "{")
        + print(low.value())
        + " TO "
        + print(high.value())
        + (high.inclusive() ? "]" : "}");
  }

  private static String print(Value value) {
    if (value instanceof Value.Time time) {
      return Timestamps.format(time.micros());
    }
    return value instanceof Value.Severity severity
        ? severity.level().name()
        : ((Value.Decimal) value).value().toString();
  }
}
