package io.logagg.filter;

import io.logagg.filter.Field.Column;
import io.logagg.filter.Field.Metadata;
import io.logagg.filter.Match.Bound;
import io.logagg.filter.Match.Range;
import io.logagg.filter.Match.Value;
import io.logagg.filter.regex.Regex;
import io.logagg.filter.regex.RegexSyntaxException;
import io.logagg.record.Level;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;

/** Conditions of a seed, of all kinds, made for what {@link AnyRecords} makes. */
public final class AnyConditions {
  private final Random random;
  private final AnyRecords records;

  public AnyConditions(Random random, AnyRecords records) {
    this.random = random;
    this.records = records;
  }

  public Condition any() {
    return any(random.nextInt(4));
  }

  /** One that has others in it up to so deep. */
  public Condition any(int depth) {
    if (depth == 0) {
      return test();
    }
    return switch (random.nextInt(6)) {
      case 0, 1 -> Condition.and(some(depth - 1));
      case 2, 3 -> Condition.or(some(depth - 1));
      case 4 -> Condition.not(any(depth - 1));
      default -> test();
    };
  }

  private List<Condition> some(int depth) {
    return list(2 + random.nextInt(2), () -> any(depth));
  }

  private static <T> List<T> list(int count, Supplier<T> source) {
    List<T> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(source.get());
    }
    return list;
  }

  private Condition test() {
    if (random.nextInt(60) == 0) {
      return Condition.everything();
    }
    if (random.nextInt(2) == 0) {
      return Condition.test(Metadata.of(records.path()), metadata());
    }
    Column column = records.pick(Column.values());
    return Condition.test(
        column,
        random.nextInt(12) == 0
            ? new Match.Exists()
            : switch (column) {
              case MESSAGE -> message();
              case LEVEL -> level();
              case APP -> text(records.app());
              case SERVICE -> text(records.service());
              case SOURCE_ID -> text(records.sourceId());
              case ID -> new Match.Equal(records.id().toString());
              case TIMESTAMP, RECEIVED_AT -> range(() -> new Value.Time(records.time()));
            });
  }

  private Match message() {
    return switch (random.nextInt(3)) {
      case 0 -> new Match.Contains(records.letters(1, 3));
      case 1 -> {
        List<String> pieces = list(2 + random.nextInt(2), () -> records.letters(1, 2));
        yield new Match.Pattern(pieces);
      }
      default -> regex();
    };
  }

  private Match level() {
    return switch (random.nextInt(4)) {
      case 0, 1 -> range(() -> new Value.Severity(records.pick(Level.values())));
      case 2 -> new Match.Equal(Level.fold(records.level()));
      default ->
          text(records.level()) instanceof Match.Pattern pattern
              ? new Match.Pattern(
                  pattern.pieces().stream().map(piece -> piece.toUpperCase(Locale.ROOT)).toList())
              : regex();
    };
  }

  /** Something that fits this text, or nearly. */
  private Match text(String text) {
    return switch (random.nextInt(3)) {
      case 0 -> new Match.Equal(text);
      case 1 -> pattern(text);
      default -> regex();
    };
  }

  private Match pattern(String text) {
    int[] points = text.codePoints().toArray();
    int cut = random.nextInt(points.length + 1);
    int next = cut + random.nextInt(points.length - cut + 1);
    String first = new String(points, 0, cut);
    String last = new String(points, next, points.length - next);
    boolean exists = first.isEmpty() && last.isEmpty();
    return exists
        ? new Match.Exists()
        : random.nextInt(4) == 0
            ? new Match.Pattern(List.of(first, records.letters(1, 1), last))
            : new Match.Pattern(List.of(first, last));
  }

  private Match metadata() {
    return switch (random.nextInt(8)) {
      case 0 -> new Match.Exists();
      case 1, 2 -> new Match.Equal(records.scalarText());
      case 3 -> pattern(records.scalarText());
      case 4, 5 -> range(() -> new Value.Decimal(new BigDecimal(records.pick(AnyRecords.NUMBERS))));
      case 6 -> range(() -> new Value.Time(records.time()));
      default -> regex();
    };
  }

  private Match range(Supplier<Value> value) {
    Bound low = new Bound(value.get(), random.nextBoolean());
    Bound high = new Bound(value.get(), random.nextBoolean());
    return switch (random.nextInt(3)) {
      case 0 -> new Range(low, null);
      case 1 -> new Range(null, high);
      default -> new Range(low, high);
    };
  }

  private Match regex() {
    while (true) {
      String source = (random.nextInt(4) == 0 ? "(?i)" : "") + regex(random.nextInt(4));
      try {
        return new Match.Matches(Regex.parse(source));
      } catch (RegexSyntaxException e) {
        // Too large, or a repetition of what cannot be repeated: the next one will do.
      }
    }
  }

  private String regex(int depth) {
    if (depth == 0) {
      return atom();
    }
    return switch (random.nextInt(6)) {
      case 0 -> regex(depth - 1) + "|" + regex(depth - 1);
      case 1, 2 -> regex(depth - 1) + regex(depth - 1);
      case 3 ->
          "(" + regex(depth - 1) + ")" + records.pick("*", "+", "?", "{2}", "{0,2}", "{1,}", "*?");
      case 4 -> "(?:" + regex(depth - 1) + ")";
      default -> records.pick("^", "$", "\\b", "\\B", "") + atom() + records.pick("*", "+", "", "");
    };
  }

  private String atom() {
    return switch (random.nextInt(6)) {
      case 0 ->
          records.pick(
              ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "^", "$", "\\b", "\\B", "\\x4B", "()");
      case 1 ->
          records.pick(
              "[a-k]",
              "[^a-k]",
              "[kß]",
              "[^\\W_]",
              "[\\d%.-]",
              "[^\\s\\S]",
              "[A-Z]",
              "[!-~]",
              "[^%]",
              "[\\s\\S]",
              "[α-ω]",
              "[Ā-ſ]",
              "[\\]\\[^-]");
      default -> {
        String text = records.letters(1, 1);
        yield text.codePoints().allMatch(Character::isLetterOrDigit) ? text : "\\" + text;
      }
    };
  }
}
