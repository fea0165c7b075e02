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
import io.logagg.filter.Match.Value;
import io.logagg.record.Level;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a filter means a record that is at hand, as PostgreSQL would of one that is
 * stored. Made once for a filter; thread-safe.
 */
public final class RecordMatcher {
  private static final Map<String, Level> LEVELS =
      Stream.of(Level.values()).collect(Collectors.toMap(Level::name, level -> level));

  private final Predicate<Candidate> predicate;

  private RecordMatcher(Predicate<Candidate> predicate) {
    this.predicate = predicate;
  }

  public static RecordMatcher of(LogFilter filter) {
    Predicate<Candidate> all = names(filter).and(times(filter));
    Condition condition = filter.condition();
    return new RecordMatcher(condition == null ? all : all.and(compile(condition)));
  }

  public boolean matches(RecordView view) {
    return predicate.test(new Candidate(view));
  }

  private static Predicate<Candidate> names(LogFilter filter) {
    return isOneOf(filter.apps(), RecordView::app)
        .and(isOneOf(filter.levels(), RecordView::level))
        .and(isOneOf(filter.services(), view -> orEmpty(view.service())));
  }

  private static Predicate<Candidate> isOneOf(
      List<String> values, Function<RecordView, String> value) {
    Set<String> all = new HashSet<>(values);
    return candidate -> all.isEmpty() || all.contains(value.apply(candidate.view()));
  }

  private static Predicate<Candidate> times(LogFilter filter) {
    Long since = filter.sinceMicros();
    Long until = filter.untilMicros();
    return candidate -> {
      long time = candidate.view().timestampMicros();
      return (since == null || time >= since) && (until == null || time < until);
    };
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Predicate<Candidate> compile(Condition condition) {
    if (condition instanceof And and) {
      List<Predicate<Candidate>> parts = compile(and.parts());
      return candidate -> parts.stream().allMatch(part -> part.test(candidate));
    }
    if (condition instanceof Or or) {
      List<Predicate<Candidate>> parts = compile(or.parts());
      return candidate -> parts.stream().anyMatch(part -> part.test(candidate));
    }
    if (condition instanceof Not not) {
      return compile(not.part()).negate();
    }
    if (condition instanceof Everything) {
      return candidate -> true;
    }
    Test test = (Test) condition;
    return test.field() instanceof Column column
        ? column(column, test.match())
        : metadata((Field.Metadata) test.field(), test.match());
  }

  private static List<Predicate<Candidate>> compile(List<Condition> parts) {
    return parts.stream().map(RecordMatcher::compile).toList();
  }

  private static Predicate<Candidate> column(Column column, Match match) {
    return switch (column) {
      case MESSAGE -> message(match);
      case LEVEL ->
          match instanceof Range range ? severity(range) : always(match, RecordView::level);
      case APP -> always(match, RecordView::app);
      case SERVICE -> sometimes(match, view -> orEmpty(view.service()));
      case SOURCE_ID -> sometimes(match, view -> orEmpty(view.sourceId()));
      case ID -> always(match, view -> view.id().toString());
      case TIMESTAMP -> time(match, RecordView::timestampMicros);
      case RECEIVED_AT -> time(match, RecordView::receivedAtMicros);
    };
  }

  private static Predicate<Candidate> message(Match match) {
    if (match instanceof Contains contains) {
      boolean ascii = Candidate.isAscii(contains.text());
      String text = Candidate.fold(contains.text());
      return candidate -> candidate.foldedMessage(ascii).contains(text);
    }
    if (match instanceof Pattern pattern) {
      boolean ascii = pattern.pieces().stream().allMatch(Candidate::isAscii);
      List<String> pieces = pattern.pieces().stream().map(Candidate::fold).toList();
      return candidate -> inOrder(candidate.foldedMessage(ascii), pieces, 0) >= 0;
    }
    return always(match, RecordView::message);
  }

  /** Behind the last piece, or -1 if they do not stand there one behind the other. */
  private static int inOrder(String text, List<String> pieces, int from) {
    int at = from;
    for (String piece : pieces) {
      int found = text.indexOf(piece, at);
      if (found < 0) {
        return -1;
      }
      at = found + piece.length();
    }
    return at;
  }

  private static Predicate<Candidate> severity(Range range) {
    return candidate ->
        ConditionSql.contains(range, LEVELS.getOrDefault(candidate.view().level(), Level.INFO));
  }

  /** Of what every record has. */
  private static Predicate<Candidate> always(Match match, Function<RecordView, String> value) {
    if (match instanceof Exists) {
      return candidate -> true;
    }
    Predicate<String> text = text(match);
    return candidate -> text.test(value.apply(candidate.view()));
  }

  /** Of what may be empty. */
  private static Predicate<Candidate> sometimes(Match match, Function<RecordView, String> value) {
    return match instanceof Exists
        ? candidate -> !value.apply(candidate.view()).isEmpty()
        : always(match, value);
  }

  private static Predicate<Candidate> time(Match match, ToLongFunction<RecordView> time) {
    return match instanceof Range range
        ? candidate -> isWithin(range, time.applyAsLong(candidate.view()))
        : candidate -> true;
  }

  private static boolean isWithin(Range range, long micros) {
    return isWithin(range, bound -> Long.compare(micros, ((Value.Time) bound.value()).micros()));
  }

  private static boolean isWithin(Range range, BigDecimal number) {
    return isWithin(range, bound -> number.compareTo(((Value.Decimal) bound.value()).value()));
  }

  /** Whether a value lies within a range, by its differences from the bounds. */
  private static boolean isWithin(Range range, Function<Bound, Integer> difference) {
    Bound low = range.low();
    Bound high = range.high();
    return (low == null || ConditionSql.isWithin(difference.apply(low), low))
        && (high == null || ConditionSql.isWithin(-difference.apply(high), high));
  }

  /** Of a text, upper and lower case told apart. */
  private static Predicate<String> text(Match match) {
    if (match instanceof Equal equal) {
      return equal.value()::equals;
    }
    if (match instanceof Pattern pattern) {
      return text -> fits(text, pattern.pieces());
    }
    if (match instanceof Matches matches) {
      com.google.re2j.Pattern pattern = matches.regex().pattern();
      return text -> pattern.matcher(text).find();
    }
    throw new IllegalArgumentException(match + " is not asked of a text");
  }

  private static boolean fits(String text, List<String> pieces) {
    String first = pieces.get(0);
    String last = pieces.get(pieces.size() - 1);
    if (!text.startsWith(first)) {
      return false;
    }
    int behind = inOrder(text, pieces.subList(1, pieces.size() - 1), first.length());
    return behind >= 0 && text.length() - last.length() >= behind && text.endsWith(last);
  }

  private static Predicate<Candidate> metadata(Field.Metadata field, Match match) {
    List<List<String>> places = field.places();
    if (match instanceof Exists) {
      return candidate -> JsonValue.first(candidate.metadata(), places) != null;
    }
    Predicate<JsonValue.Scalar> scalar = scalar(match);
    return candidate -> {
      JsonValue value = JsonValue.first(candidate.metadata(), places);
      if (value instanceof JsonValue.Arr array) {
        return array.elements().stream()
            .anyMatch(element -> element instanceof JsonValue.Scalar one && scalar.test(one));
      }
      return value instanceof JsonValue.Scalar one && scalar.test(one);
    };
  }

  private static Predicate<JsonValue.Scalar> scalar(Match match) {
    if (match instanceof Range range) {
      return range.kind() instanceof Value.Decimal
          ? scalar -> {
            BigDecimal number = NumberText.parse(scalar.text());
            return number != null && isWithin(range, number);
          }
          : scalar -> {
            OptionalLong time = TimeText.parse(scalar.text());
            return time.isPresent() && isWithin(range, time.getAsLong());
          };
    }
    Predicate<String> text = text(match);
    BigDecimal wanted = match instanceof Equal equal ? NumberText.parse(equal.value()) : null;
    return wanted == null
        ? scalar -> text.test(scalar.text())
        : scalar -> text.test(scalar.text()) || isEqual(scalar, wanted);
  }

  private static boolean isEqual(JsonValue.Scalar scalar, BigDecimal wanted) {
    BigDecimal number = scalar.isNumber() ? NumberText.parse(scalar.text()) : null;
    return number != null && number.compareTo(wanted) == 0;
  }
}
