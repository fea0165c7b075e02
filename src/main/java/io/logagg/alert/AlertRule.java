package io.logagg.alert;

import io.logagg.filter.Condition;
import io.logagg.filter.LogFilter;
import io.logagg.filter.language.Parser;
import io.logagg.filter.language.QuerySyntaxException;
import io.logagg.record.Level;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is watched, when that is an alert, and who is told.
 *
 * @param mutedUntilMicros nothing is told as firing before, in microseconds since the epoch
 */
public record AlertRule(
    String name,
    Kind kind,
    Watched watched,
    Threshold threshold,
    Times times,
    Telling telling,
    boolean enabled,
    @Nullable Long mutedUntilMicros) {

  /** What is looked for in a window. */
  public enum Kind {
    /** More, or fewer, records than so many. */
    THRESHOLD,
    /** No record. */
    ABSENCE,
    /** A template of messages that there was not before. */
    NEW_PATTERN;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** How it is written outside the program. */
    public String code() {
      return code;
    }
  }

  /** What records are told apart by. */
  public enum GroupBy {
    NONE,
    APP,
    SERVICE;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** How it is written outside the program. */
    public String code() {
      return code;
    }
  }

  /**
   * Which records, and how they are told apart.
   *
   * @param query as in the parameter {@code q}; empty for all
   * @param levels as they were given
   * @param maxGroups so many groups fire at once at most
   */
  public record Watched(
      String query,
      List<String> apps,
      List<String> levels,
      List<String> services,
      GroupBy groupBy,
      int maxGroups) {
    public Watched {
      apps = List.copyOf(apps);
      levels = List.copyOf(levels);
      services = List.copyOf(services);
    }

    /** The records, of a rule that was found to be right; without bounds of time. */
    public LogFilter filter() {
      try {
        return parse();
      } catch (QuerySyntaxException e) {
        throw new IllegalStateException("the query cannot be read: " + e.getMessage(), e);
      }
    }

    /** Whether the query can be read, as it could when the rule was made. */
    public boolean isReadable() {
      try {
        parse();
        return true;
      } catch (QuerySyntaxException e) {
        return false;
      }
    }

    /** The records, without bounds of time unless the query has some. */
    LogFilter parse() throws QuerySyntaxException {
      Condition condition = query.isBlank() ? null : Parser.parse(query, 0);
      List<String> folded = levels.stream().map(Level::fold).toList();
      return new LogFilter(apps, folded, services, null, null, condition).narrowed();
    }
  }

  /** How a count is compared. */
  public enum Comparison {
    ABOVE(">"),
    AT_LEAST(">="),
    BELOW("<"),
    AT_MOST("<=");

    private final String code;

    Comparison(String code) {
      this.code = code;
    }

    /** How it is written outside the program. */
    public String code() {
      return code;
    }

    /** Whether few records are what is looked for. */
    boolean isOfFew() {
      return this == BELOW || this == AT_MOST;
    }
  }

  /** What a count is compared with. */
  public record Threshold(Comparison comparison, long count) {
    /** There is none. */
    static final Threshold NONE_THERE = new Threshold(Comparison.BELOW, 1);

    /** There is one. */
    static final Threshold ANY = new Threshold(Comparison.AT_LEAST, 1);

    boolean isMet(long counted) {
      return switch (comparison) {
        case ABOVE -> counted > count;
        case AT_LEAST -> counted >= count;
        case BELOW -> counted < count;
        case AT_MOST -> counted <= count;
      };
    }
  }

  /**
   * Spans of time, all in microseconds.
   *
   * @param window whose records count
   * @param lookback how far back a group, or a pattern, is known
   * @param pending how long the condition must hold before it fires
   * @param keepFiring how long it must not before it is resolved
   * @param interval the rule is asked at each multiple of it
   */
  public record Times(long window, long lookback, long pending, long keepFiring, long interval) {}

  /**
   * Who is told, and what beside.
   *
   * @param receivers their names
   */
  public record Telling(
      Map<String, String> labels, Map<String, String> annotations, List<String> receivers) {
    public Telling {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
      receivers = List.copyOf(receivers);
    }
  }

  /** Whether groups count that have no record in the window, but had some before. */
  public boolean looksBack() {
    return kind != Kind.NEW_PATTERN
        && watched.groupBy() != GroupBy.NONE
        && threshold.comparison().isOfFew();
  }

  /** How far before a time records are looked at. */
  public long reachMicros() {
    return looksBack() || kind == Kind.NEW_PATTERN
        ? Math.max(times.window(), times.lookback())
        : times.window();
  }

  /** The last time at or before this one at which it is asked. */
  public long lastTime(long micros) {
    return Math.floorDiv(micros, times.interval()) * times.interval();
  }

  /** Whether nothing is told as firing at this time. */
  boolean isMutedAt(long micros) {
    return mutedUntilMicros != null && micros < mutedUntilMicros;
  }
}
