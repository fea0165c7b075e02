package io.logagg.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What must be true of a record: the meaning of a query. It is true or false of every record, never
 * anything between; so {@link Not} means all the others.
 *
 * <p>Made by {@link #and}, {@link #or} and {@link #not}, one meaning has one form as far as nesting
 * goes, so that conditions can be compared.
 */
public sealed interface Condition {
  /** True if all parts are. */
  record And(List<Condition> parts) implements Condition {
    public And {
      parts = List.copyOf(parts);
    }
  }

  /** True if at least one part is. */
  record Or(List<Condition> parts) implements Condition {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  /** True if the part is not. */
  record Not(Condition part) implements Condition {}

  /** True of every record. */
  record Everything() implements Condition {}

  /** What is asked of one field, which must be something that it can be asked. */
  record Test(Field field, Match match) implements Condition {
    public Test {
      if (!match.suits(field)) {
        throw new IllegalArgumentException(match + " makes no sense for " + field);
      }
    }
  }

  /** An equality that a record must have to be meant at all. */
  record RequiredEqual(Field.Metadata path, String value) {}

  static Condition everything() {
    return new Everything();
  }

  static Condition test(Field field, Match match) {
    return new Test(field, match);
  }

  /** All of these; of none, everything. */
  static Condition and(List<Condition> parts) {
    List<Condition> flat = new ArrayList<>();
    for (Condition part : parts) {
      if (part instanceof And and) {
        flat.addAll(and.parts());
      } else if (!(part instanceof Everything)) {
        flat.add(part);
      }
    }
    return flat.isEmpty() ? everything() : flat.size() == 1 ? flat.get(0) : new And(flat);
  }

  /** Any of these, which must be at least one. */
  static Condition or(List<Condition> parts) {
    List<Condition> flat = new ArrayList<>();
    for (Condition part : parts) {
      if (part instanceof Or or) {
        flat.addAll(or.parts());
      } else if (part instanceof Everything) {
        return everything();
      } else {
        flat.add(part);
      }
    }
    return flat.size() == 1 ? flat.get(0) : new Or(flat);
  }

  static Condition not(Condition part) {
    return part instanceof Not not ? not.part() : new Not(part);
  }

  /**
   * Whether only app, level and service are asked for, so that a row of the rollups can be tested
   * as well as a record.
   */
  default boolean isOfNames() {
    if (this instanceof And and) {
      return and.parts().stream().allMatch(Condition::isOfNames);
    }
    if (this instanceof Or or) {
      return or.parts().stream().allMatch(Condition::isOfNames);
    }
    if (this instanceof Not not) {
      return not.part().isOfNames();
    }
    return this instanceof Everything
        || (this instanceof Test test
            && (test.field() == Field.Column.APP
                || test.field() == Field.Column.LEVEL
                || test.field() == Field.Column.SERVICE));
  }

  /** The parts that must all be true. */
  default List<Condition> required() {
    return this instanceof And and
        ? and.parts()
        : this instanceof Everything ? List.of() : List.of(this);
  }

  /** The required parts that fit, as one. */
  default Condition required(Predicate<Condition> fits) {
    return and(required().stream().filter(fits).toList());
  }

  /** What every record that is meant has in its metadata; more may be asked of it. */
  default List<RequiredEqual> requiredEquals() {
    List<RequiredEqual> equals = new ArrayList<>();
    for (Condition part : required()) {
      if (part instanceof Test test
          && test.field() instanceof Field.Metadata path
          && test.match() instanceof Match.Equal equal) {
        equals.add(new RequiredEqual(path, equal.value()));
      }
    }
    return equals;
  }
}
