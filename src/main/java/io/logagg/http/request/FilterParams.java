package io.logagg.http.request;

import io.logagg.filter.Condition;
import io.logagg.filter.DeadLetterFilter;
import io.logagg.filter.LogFilter;
import io.logagg.filter.language.Parser;
import io.logagg.filter.language.QuerySyntaxException;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problem.FieldError;
import io.logagg.record.AppAccess;
import io.logagg.record.Level;
import io.logagg.record.RefusalKind;
import io.logagg.record.Timestamps;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parameters that say which records are meant, the same on every route. */
public final class FilterParams {
  /** What {@link #logs} reads. */
  public static final Set<String> LOGS = Set.of("app", "level", "service", "since", "until", "q");

  /** What {@link #deadLetters} reads. */
  public static final Set<String> DEAD_LETTERS =
      Set.of("kind", "reason", "source", "since", "until");

  private FilterParams() {}

  /** The names of all parameters of a route that has more than the filter. */
  public static Set<String> plus(Set<String> names, String... more) {
    Set<String> all = new HashSet<>(names);
    all.addAll(Set.of(more));
    return all;
  }

  /**
   * What is meant of what the caller may see.
   *
   * @throws ProblemException 403 if an app is named that they may not
   */
  public static LogFilter logs(Params params, InstantSource clock) {
    return permitted(asked(params, clock), params.apps());
  }

  /** The same of what is {@link #asked}. */
  public static LogFilter permitted(LogFilter asked, AppAccess apps) {
    for (String app : asked.apps()) {
      if (!apps.permits(app)) {
        throw Problem.appNotAllowed("app").toException();
      }
    }
    return asked.restrictedTo(apps);
  }

  /** What is meant, whoever asks. */
  public static LogFilter asked(Params params, InstantSource clock) {
    LogFilter filter =
        new LogFilter(
            params.nonEmptyList("app"),
            params.nonEmptyList("level").stream().map(Level::fold).toList(),
            params.list("service"),
            params.time("since", clock),
            params.time("until", clock),
            condition(params.text("q"), clock));
    return filter.narrowed();
  }

  /** What a query means; null for none, or a blank one. */
  private static @Nullable Condition condition(@Nullable String query, InstantSource clock) {
    if (query == null || query.isBlank()) {
      return null;
    }
    try {
      return Parser.parse(query, Timestamps.micros(clock.instant()));
    } catch (QuerySyntaxException e) {
      String message = "column " + e.column() + ": " + e.getMessage();
      String detail = "q, " + message + "\n" + e.picture();
      throw Problem.ofFields(400, detail, List.of(new FieldError("q", message)))
          .with("column", e.column())
          .toException();
    }
  }

  /** What is meant of what the caller may see. */
  public static DeadLetterFilter deadLetters(Params params, InstantSource clock) {
    return new DeadLetterFilter(
        kind(params.nonEmpty("kind")),
        params.nonEmpty("reason"),
        params.nonEmpty("source"),
        params.time("since", clock),
        params.time("until", clock),
        params.apps());
  }

  private static @Nullable RefusalKind kind(@Nullable String code) {
    return code == null
        ? null
        : RefusalKind.of(code).orElseThrow(() -> unknownKind().toException());
  }

  private static Problem unknownKind() {
    String known =
        Stream.of(RefusalKind.values()).map(RefusalKind::code).collect(Collectors.joining(", "));
    return Problem.ofField(400, "kind", "must be one of " + known);
  }
}
