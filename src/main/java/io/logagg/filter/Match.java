package io.logagg.filter;

import io.logagg.filter.regex.Regex;
import io.logagg.record.Level;
import io.logagg.record.RecordIds;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a field. A list in the metadata matches if one of its values does, lists and
 * objects within it aside; an object matches nothing but {@link Exists}.
 */
public sealed interface Match {
  /** Whether a field can be asked this. */
  default boolean suits(Field field) {
    if (this instanceof Exists) {
      return true;
    }
    if (!(field instanceof Field.Column column)) {
      return !(this instanceof Contains)
          && !(this instanceof Range range && range.kind() instanceof Value.Severity);
    }
    return switch (column) {
      case MESSAGE -> !(this instanceof Range);
      case LEVEL ->
          !(this instanceof Contains)
              && !(this instanceof Range range && !(range.kind() instanceof Value.Severity));
      case APP, SERVICE, SOURCE_ID -> !(this instanceof Contains || this instanceof Range);
      case ID -> this instanceof Equal equal && RecordIds.parse(equal.value()) != null;
      case TIMESTAMP, RECEIVED_AT ->
          this instanceof Range range && range.kind() instanceof Value.Time;
    };
  }

  /** This stands in it, in upper or lower case; of the message only. */
  record Contains(String text) implements Match {}

  /**
   * It is this. In the metadata, a number is also equal to another way of writing it: 500 to 5e2.
   */
  record Equal(String value) implements Match {}

  /**
   * It begins with the first piece, ends with the last, and has the others between, in this order.
   * Of the message: it has all of them somewhere, in upper or lower case.
   *
   * @param pieces for any other field at least two, since there is a star between any two
   */
  record Pattern(List<String> pieces) implements Match {
    public Pattern {
      pieces = List.copyOf(pieces);
    }
  }

  /** The regular expression is found in it. */
  record Matches(Regex regex) implements Match {}

  /** It is there; of the service and the producer's id: it is not empty. */
  record Exists() implements Match {}

  /**
   * It lies between; at least one bound is given, and both are of one kind. What is not of that
   * kind does not match.
   */
  record Range(@Nullable Bound low, @Nullable Bound high) implements Match {
    public Range {
      Bound given = low == null ? high : low;
      if (given == null) {
        throw new IllegalArgumentException("no bound");
      }
      if (high != null && !high.value().getClass().equals(given.value().getClass())) {
        throw new IllegalArgumentException("bounds of two kinds: " + low + ", " + high);
      }
    }

    /** Of either bound. */
    public Value kind() {
      Bound given = low == null ? high : low;
      if (given == null) {
        throw new IllegalStateException("no bound");
      }
      return given.value();
    }
  }

  /** An end of a range, which may belong to it. */
  record Bound(Value value, boolean inclusive) {}

  /** What has an order. */
  sealed interface Value {
    /** A number; those that differ only in zeros behind the point are equal. */
    record Decimal(BigDecimal value) implements Value {
      public Decimal {
        value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
      }
    }

    /** A time, in microseconds since the epoch. */
    record Time(long micros) implements Value {}

    /** A level, by severity. A level that is not known ranks as INFO. */
    record Severity(Level level) implements Value {}
  }
}
