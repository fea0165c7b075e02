package io.logagg.http.request;

import io.logagg.http.reply.Problem;
import io.logagg.http.reply.ProblemException;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.record.AppAccess;
import io.logagg.record.TimeSpans;
import io.logagg.record.Timestamps;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The query parameters of a request. What cannot be read is a problem that names the parameter. */
public final class Params {
  /** Longer values are not taken. */
  private static final int MAX_CHARS = 8192;

  /** Up to a comma or the end: a quoted value, or one that does not begin with a quote. */
  private static final Pattern LIST_ITEM =
      Pattern.compile("\\s*+\"((?:[^\"]|\"\")*+)\"\\s*+(?=,|$)|(\\s*+(?!\")[^,]*+)(?=,|$)");

  private final MultiMap values;
  private final AppAccess apps;

  /**
   * Makes them of these values.
   *
   * @param apps those that whoever gave them may see
   */
  public Params(MultiMap values, AppAccess apps) {
    this.values = values;
    this.apps = apps;
  }

  /**
   * The parameters of a request.
   *
   * @param known all that the route takes; others are refused, so that a misspelt filter never
   *     widens what is meant
   */
  public static Params of(RoutingContext ctx, Set<String> known) {
    MultiMap values = ctx.queryParams();
    for (String name : new TreeSet<>(values.names())) {
      if (!known.contains(name)) {
        throw Problem.ofField(
                400,
                name,
                "unknown parameter, known here: "
                    + (known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known))))
            .toException();
      }
      if (values.getAll(name).stream()
          .anyMatch(value -> value.length() > MAX_CHARS || value.indexOf(0) >= 0)) {
        throw Problem.ofField(
                400, name, "must have at most " + MAX_CHARS + " characters, and no NUL")
            .toException();
      }
    }
    return new Params(values, Gatekeeper.principal(ctx).apps());
  }

  /** Whose records may be meant. */
  public AppAccess apps() {
    return apps;
  }

  /** Whether it was given, if only empty. */
  public boolean has(String name) {
    return values.contains(name);
  }

  /** Null if it was not given. */
  public @Nullable String text(String name) {
    List<String> all = values.getAll(name);
    if (all.size() > 1) {
      throw bad(name, "was given " + all.size() + " times");
    }
    return all.isEmpty() ? null : all.get(0);
  }

  /** Null if it was not given or is empty. */
  public @Nullable String nonEmpty(String name) {
    String value = text(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * Values separated by commas, from all times it was given. One in double quotes is taken as it
   * stands, commas and outer blanks included; a quote within it is doubled.
   */
  public List<String> list(String name) {
    List<String> items = new ArrayList<>();
    for (String value : values.getAll(name)) {
      Matcher item = LIST_ITEM.matcher(value);
      int at = 0;
      while (at <= value.length()) {
        if (!item.find(at) || item.start() != at) {
          throw bad(name, "has a quote that is not closed, or text beside a quoted value");
        }
        String quoted = item.group(1);
        items.add(quoted == null ? item.group(2).strip() : quoted.replace("\"\"", "\""));
        at = item.end() + 1;
      }
    }
    return items;
  }

  /** The same where an empty value makes no sense. */
  public List<String> nonEmptyList(String name) {
    List<String> items = list(name);
    if (items.contains("")) {
      throw bad(name, "must not be empty");
    }
    return items;
  }

  /** A whole number within these bounds, which both are allowed; null if it is absent. */
  public @Nullable Integer integer(String name, int min, int max) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, with the same words as a number out of range.
    }
    throw bad(name, "must be a whole number from " + min + " to " + max);
  }

  /** False unless it is given as {@code true} or {@code 1}. */
  public boolean flag(String name) {
    String value = text(name);
    return switch (value == null ? "false" : value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw bad(name, "must be true or false");
    };
  }

  /** An id; null if it was not given. */
  public @Nullable UUID uuid(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    UUID id = uuidOrNull(value);
    if (id == null) {
      throw bad(name, "is not one that this server gave out");
    }
    return id;
  }

  /** Reads an id in its usual form of 36 characters; null if it is none. */
  public static @Nullable UUID uuidOrNull(String text) {
    if (text.length() != 36) {
      return null;
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * A time in microseconds since the epoch, null if it was not given: RFC 3339, an epoch number, or
   * a span before now such as {@code 15m}.
   */
  public @Nullable Long time(String name, InstantSource clock) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    String trimmed = value.strip();
    OptionalLong span = TimeSpans.before(Timestamps.micros(clock.instant()), trimmed);
    if (span.isPresent()) {
      return span.getAsLong();
    }
    // In a query, "+" is a blank; only an offset can have one before its end.
    OptionalLong time = Timestamps.parse(trimmed.replaceFirst(" (\\d\\d:?\\d\\d)$", "+$1"));
    if (time.isEmpty()) {
      throw bad(
          name, "must be a time such as 2026-11-24T08:00:00Z, or a span such as 15m, 2h or 7d");
    }
    return time.getAsLong();
  }

  /** One of these words; the first if it was not given. */
  public String oneOf(String name, String... words) {
    String value = text(name);
    if (value == null) {
      return words[0];
    }
    for (String word : words) {
      if (word.equals(value)) {
        return word;
      }
    }
    throw bad(
        name,
        "must be one of "
            + Stream.of(words).filter(word -> !word.isEmpty()).collect(Collectors.joining(", ")));
  }

  private static ProblemException bad(String name, String message) {
    return Problem.ofField(400, name, message).toException();
  }
}
