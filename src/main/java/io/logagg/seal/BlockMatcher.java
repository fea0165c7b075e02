package io.logagg.seal;

import io.logagg.block.Column;
import io.logagg.block.Dictionary;
import io.logagg.block.Ids;
import io.logagg.block.TextSearch;
import io.logagg.filter.Condition;
import io.logagg.filter.Condition.And;
import io.logagg.filter.Condition.Not;
import io.logagg.filter.Condition.Or;
import io.logagg.filter.Condition.Test;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match.Contains;
import io.logagg.filter.Match.Matches;
import io.logagg.filter.RecordMatcher;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records of a block that a filter means, of apps that are not deleted: by names and
 * times first, then by texts and regular expressions in the message as it lies in memory; what is
 * left is tested one by one. Made once for a filter; thread-safe.
 */
public final class BlockMatcher {
  private final LogFilter filter;
  private final List<TextSearch> searches;
  private final List<RegexSearch> regexes;

  /** What names, times and searches do not tell; null if that is nothing. */
  private final @Nullable RecordMatcher rest;

  private final Set<Column> columns;

  public BlockMatcher(LogFilter filter) {
    this.filter = filter;
    Condition condition = filter.condition();
    List<Condition> required = condition == null ? List.of() : condition.required();
    this.searches =
        required.stream()
            .filter(BlockMatcher::isSearch)
            .map(part -> new TextSearch(contained(part)))
            .toList();
    this.regexes =
        required.stream()
            .filter(BlockMatcher::isRegex)
            .map(part -> new RegexSearch(((Matches) ((Test) part).match()).regex()))
            .toList();
    Condition others =
        Condition.and(required.stream().filter(part -> !isSearch(part) && !isRegex(part)).toList());
    this.rest =
        others instanceof Condition.Everything ? null : RecordMatcher.of(LogFilter.of(others));
    this.columns = columns(condition);
  }

  /** Whether it is a text of ASCII in the message. */
  private static boolean isSearch(Condition condition) {
    return condition instanceof Test test
        && test.field() == Field.Column.MESSAGE
        && test.match() instanceof Contains contains
        && !contains.text().isEmpty()
        && contains.text().chars().allMatch(c -> c < 0x80);
  }

  private static boolean isRegex(Condition condition) {
    return condition instanceof Test test
        && test.field() == Field.Column.MESSAGE
        && test.match() instanceof Matches;
  }

  private static String contained(Condition condition) {
    return ((Contains) ((Test) condition).match()).text();
  }

  private static Set<Column> columns(@Nullable Condition condition) {
    Set<Column> columns = EnumSet.of(Column.IDS, Column.NAMES);
    if (condition != null) {
      addColumns(condition, columns);
    }
    return columns;
  }

  private static void addColumns(Condition condition, Set<Column> columns) {
    if (condition instanceof And and) {
      and.parts().forEach(part -> addColumns(part, columns));
    } else if (condition instanceof Or or) {
      or.parts().forEach(part -> addColumns(part, columns));
    } else if (condition instanceof Not not) {
      addColumns(not.part(), columns);
    } else if (condition instanceof Test test) {
      columns.add(column(test.field()));
    }
  }

  private static Column column(Field field) {
    if (field instanceof Field.Metadata) {
      return Column.METADATA;
    }
    return switch ((Field.Column) field) {
      case MESSAGE -> Column.MESSAGES;
      case SOURCE_ID -> Column.SOURCE_IDS;
      case RECEIVED_AT -> Column.RECEIVED;
      case APP, LEVEL, SERVICE -> Column.NAMES;
      case ID, TIMESTAMP -> Column.IDS;
    };
  }

  /** Those that {@link #matches} asks for. */
  public Set<Column> columns() {
    return Set.copyOf(columns);
  }

  /** The matching records, by their places. */
  public BitSet matches(BlockRecords records) {
    BitSet found = within(records.ids(), records.count());
    retain(found, records.names().apps(), app -> isMeant(records, app));
    retain(found, records.names().levels(), level -> isOneOf(filter.levels(), level));
    retain(found, records.names().services(), service -> isOneOf(filter.services(), service));
    for (TextSearch search : searches) {
      if (found.isEmpty()) {
        return found;
      }
      BitSet having = new BitSet(records.count());
      search.find(records.texts(Column.MESSAGES), having::set);
      found.and(having);
    }
    for (RegexSearch regex : regexes) {
      if (!found.isEmpty()) {
        regex.retain(records.texts(Column.MESSAGES), found);
      }
    }
    if (rest != null) {
      for (int row = found.nextSetBit(0); row >= 0; row = found.nextSetBit(row + 1)) {
        if (!rest.matches(records.record(row))) {
          found.clear(row);
        }
      }
    }
    return found;
  }

  private BitSet within(Ids ids, int count) {
    Long since = filter.sinceMicros();
    Long until = filter.untilMicros();
    BitSet found = new BitSet(count);
    int first = since == null ? 0 : firstFrom(ids, count, since);
    // A filter may end before it begins.
    int end = until == null ? count : firstFrom(ids, count, until);
    found.set(first, Math.max(first, end));
    return found;
  }

  /** The first record of this time or later. */
  private static int firstFrom(Ids ids, int count, long micros) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ids.timestampMicros(middle) < micros) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean isMeant(BlockRecords records, int app) {
    String name = records.apps().get(app);
    return name != null && isOneOf(filter.apps(), name);
  }

  private static boolean isOneOf(List<String> values, String value) {
    return values.isEmpty() || values.contains(value);
  }

  /** Leaves out the records whose value does not fit. */
  private static <T> void retain(BitSet found, Dictionary<T> dictionary, Predicate<T> fits) {
    List<Boolean> fitting = new ArrayList<>();
    dictionary.values().forEach(value -> fitting.add(fits.test(value)));
    if (!fitting.contains(false)) {
      return;
    }
    for (int row = found.nextSetBit(0); row >= 0; row = found.nextSetBit(row + 1)) {
      if (!fitting.get(dictionary.place(row))) {
        found.clear(row);
      }
    }
  }
}
